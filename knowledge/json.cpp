#include "knowledge/json.hpp"

#include <exception>
#include <limits>
#include <utility>
#include <vector>

namespace stillholds {
namespace {

// Builds the value while the text is read, so that a limit stops the reading and nothing is copied afterwards.
class builder : public nlohmann::json_sax<json> {
 public:
  explicit builder(const json_limits& limits) : depth_(limits.depth), deeper_(limits.deeper) {}

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(json::number_integer_t value) override { return put(value) != nullptr; }
  bool number_unsigned(json::number_unsigned_t value) override { return put(value) != nullptr; }
  bool number_float(json::number_float_t value, const std::string& /*text*/) override { return put(value) != nullptr; }
  bool string(std::string& value) override { return put(std::move(value)) != nullptr; }
  bool binary(json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override { return open(json::value_t::object); }
  bool start_array(std::size_t /*elements*/) override { return open(json::value_t::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    if (skipped_ > 0) return true;
    auto& members = *open_.back()->get_ptr<json::object_t*>();
    const auto [member, fresh] = members.emplace(std::move(name), nullptr);
    if (!fresh) {
      why_ = "an object key stands twice";
      return false;
    }
    member_ = &member->second;
    return true;
  }

  bool parse_error(std::size_t byte, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*what*/) override {
    if (why_.empty()) why_ = "not JSON at byte " + std::to_string(byte);
    return false;
  }

  [[nodiscard]] json take() { return std::move(root_); }
  [[nodiscard]] std::string take_why() { return why_.empty() ? std::string{"not JSON"} : std::move(why_); }

 private:
  template <class Value>
  json* put(Value&& value) {
    if (skipped_ > 0) return &root_;
    if (open_.empty()) {
      root_ = json(std::forward<Value>(value));
      return &root_;
    }
    if (auto* const elements = open_.back()->get_ptr<json::array_t*>()) {
      return &elements->emplace_back(std::forward<Value>(value));
    }
    *member_ = json(std::forward<Value>(value));
    return member_;
  }

  bool open(json::value_t kind) {
    if (open_.size() < depth_) {
      open_.push_back(put(kind));
      return true;
    }
    if (deeper_ == too_deep::refuse) {
      why_ = "nested too deeply";
      return false;
    }
    (void)put(nullptr);
    ++skipped_;
    return true;
  }

  bool close() {
    if (skipped_ > 0) {
      --skipped_;
    } else {
      open_.pop_back();
    }
    return true;
  }

  std::size_t depth_;
  too_deep deeper_;
  std::size_t skipped_{0};  // how many containers below the limit are open: nothing of them is kept
  json root_;
  std::vector<json*> open_;  // the containers around the current place; they do not move while they are open
  json* member_{nullptr};    // where the value of the last key goes
  std::string why_;
};

}  // namespace

result<json> parse_json(std::string_view text, json_limits limits) {
  if (text.size() > limits.bytes) return fail(errc::too_large, "JSON above the limit of bytes");
  try {
    builder handler{limits};
    if (!json::sax_parse(text.data(), text.data() + text.size(), &handler))
      return fail(errc::malformed, handler.take_why());
    return handler.take();
  } catch (const std::exception&) {
    return fail(errc::malformed, "not JSON");
  }
}

std::string dump_json(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

const json* at_path(const json& value, std::string_view dotted_path) noexcept {
  const auto* here = &value;
  while (!dotted_path.empty()) {
    const auto* const members = here->get_ptr<const json::object_t*>();
    if (members == nullptr) return nullptr;
    const auto dot = dotted_path.find('.');
    const auto member = members->find(dotted_path.substr(0, dot));
    if (member == members->end()) return nullptr;
    here = &member->second;
    dotted_path = dot == std::string_view::npos ? std::string_view{} : dotted_path.substr(dot + 1);
  }
  return here;
}

std::optional<std::string> get_string(const json& value, std::string_view dotted_path) {
  const auto* const found = at_path(value, dotted_path);
  const auto* const text = found == nullptr ? nullptr : found->get_ptr<const std::string*>();
  return text == nullptr ? std::nullopt : std::optional{*text};
}

std::optional<std::int64_t> get_integer(const json& value, std::string_view dotted_path) {
  const auto* const found = at_path(value, dotted_path);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > largest) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<bool> get_bool(const json& value, std::string_view dotted_path) {
  const auto* const found = at_path(value, dotted_path);
  if (found == nullptr || !found->is_boolean()) return std::nullopt;
  return found->get<bool>();
}

std::optional<std::string> get_id(const json& value, std::string_view dotted_path) {
  const auto* const found = at_path(value, dotted_path);
  if (found == nullptr) return std::nullopt;
  if (found->is_number_unsigned()) return std::to_string(found->get<std::uint64_t>());
  if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
  auto text = get_string(*found, {});
  if (text && text->empty()) return std::nullopt;
  return text;
}

}  // namespace stillholds
