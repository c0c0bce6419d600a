#include "bot/core/log.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t queue_lines = 8192;
constexpr std::size_t field_max_bytes = 200;

std::string_view name_of(log_level level) {
  switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warning: return "warning";
    case log_level::error: return "error";
  }
  return "error";
}

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
    case log_level::debug: return spdlog::level::debug;
    case log_level::info: return spdlog::level::info;
    case log_level::warning: return spdlog::level::warn;
    case log_level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

// At most 200 bytes; a character is never halved (to_utf8 would turn the half into U+FFFD).
std::string_view shortened(std::string_view text) {
  if (text.size() <= field_max_bytes) return text;
  std::size_t end = field_max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string log_line(std::string_view ts, log_level level, std::string_view event,
                     std::initializer_list<log_field> fields) {
  std::string line = R"({"ts":)" + dump_json(json(ts)) + R"(,"level":")" + std::string(name_of(level)) +
                     R"(","event":)" + dump_json(json(event));
  for (const auto& field : fields) {
    line += ',' + dump_json(json(field.key)) + ':';
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      line += dump_json(json(shortened(*text)));
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line += std::to_string(*number);
    } else {
      line += dump_json(json(std::get<double>(field.value)));
    }
  }
  line += '}';
  return line;
}

logger::logger(log_level least) : least_(least) {
  spdlog::init_thread_pool(queue_lines, 1);
  sink_ = std::make_shared<spdlog::async_logger>("journal", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                                 spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  sink_->set_pattern("%v");
  sink_->set_level(to_spdlog(least));
  sink_->flush_on(spdlog::level::warn);
}

logger::~logger() {
  sink_->flush();
  sink_.reset();
  spdlog::shutdown();
}

void logger::write(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
  if (!sink_->should_log(to_spdlog(level))) return;
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  auto ts = format_instant(seconds);
  ts.insert(ts.size() - 1, fmt::format(".{:03}", (now - seconds).count()));
  // The line is an argument, never the format: it holds outside text.
  sink_->log(to_spdlog(level), "{}", log_line(ts, level, event, fields));
}

void logger::flush() { sink_->flush(); }

}  // namespace stillholds
