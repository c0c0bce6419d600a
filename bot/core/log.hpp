// The journal: one JSON object a line on standard error, written by the logger's own thread. Never bodies, secrets or
// names of people; `event` is a fixed phrase and what varies goes into fields.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
}

namespace stillholds {

enum class log_level { debug, info, warning, error };

// One field of a log line. Text is escaped and cut at 200 bytes on a character border.
struct log_field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;

  log_field(std::string_view name, std::string_view text) : key(name), value(text) {}
  log_field(std::string_view name, const std::string& text) : key(name), value(std::string_view(text)) {}
  log_field(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  log_field(std::string_view name, Integer number) : key(name), value(static_cast<std::int64_t>(number)) {}
  log_field(std::string_view name, double number) : key(name), value(number) {}
};

class logger {
 public:
  // Writes lines of at least this level. The queue holds 8192 lines; when it is full the oldest is dropped.
  explicit logger(log_level least);
  ~logger();
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  void write(log_level level, std::string_view event, std::initializer_list<log_field> fields = {});
  void debug(std::string_view event, std::initializer_list<log_field> fields = {}) {
    if (least_ == log_level::debug) write(log_level::debug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<log_field> fields = {}) {
    write(log_level::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<log_field> fields = {}) {
    write(log_level::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<log_field> fields = {}) {
    write(log_level::error, event, fields);
  }
  void flush();

 private:
  log_level least_;
  std::shared_ptr<spdlog::logger> sink_;
};

// The line itself without a line feed; `ts` is an RFC 3339 time.
[[nodiscard]] std::string log_line(std::string_view ts, log_level level, std::string_view event,
                                   std::initializer_list<log_field> fields);

}  // namespace stillholds
