#include "knowledge/model/article_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

#include "knowledge/model/fields.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::array reserved_ids{std::string_view{"none"}, std::string_view{"article"},
                                  std::string_view{"editors-note"}, std::string_view{"feed"}};
constexpr std::array answer_topics{std::string_view{"update"}, std::string_view{"changed"},
                                   std::string_view{"provenance"}};

position place(const yaml_node& node, const fault_list& faults) { return {faults.file(), node.line, node.column}; }

std::vector<section> read_sections(fields& from, std::string_view language) {
  std::vector<section> found;
  const auto* const list = from.find("sections", need::required, yaml_node::form::list);
  if (list == nullptr) return found;
  if (list->items.empty())
    from.faults().error(list->line, list->column, "\"sections\" is empty; list them in the article's order");
  for (const auto& item : list->items) {
    fields one{item, from.faults(), "a section"};
    section made;
    made.id = one.text("id", need::required);
    if (const auto* const id = one.find("id", need::optional); !made.id.empty() && !is_id(made.id)) {
      from.faults().error(id->line, id->column,
                          fmt::format("\"{}\" is no id; use small letters, digits and single hyphens", made.id));
    }
    made.title = one.text("title", need::required);
    made.title_text = one.by_language("text", language);
    made.date = one.date("date", need::optional);
    one.done();
    found.push_back(std::move(made));
  }
  return found;
}

// An answer may have paragraphs, so its line ends stay.
translations read_answer(const yaml_member& topic, std::string_view language, fault_list& faults) {
  translations found;
  if (topic.value.is != yaml_node::form::map) {
    faults.error(topic.line, topic.column,
                 fmt::format("\"{}\" must hold its text by language, such as \"en: …\"", topic.key));
    return found;
  }
  for (const auto& member : topic.value.members) {
    if (!is_language(member, faults)) continue;
    auto text = member.value.is == yaml_node::form::scalar ? tidy(member.value.text) : std::string{};
    if (text.empty()) {
      faults.error(member.line, member.column, fmt::format("\"{}\" must be text; fill it in or remove it", member.key));
    } else {
      found.emplace(member.key, std::move(text));
    }
  }
  if (!language.empty() &&
      std::ranges::find(topic.value.members, language, &yaml_member::key) == topic.value.members.end()) {
    faults.error(topic.line, topic.column,
                 fmt::format("\"{}\" has no text in the article's own language; add \"{}: …\"", topic.key, language));
  }
  return found;
}

void read_answers(fields& from, article& into) {
  const auto* const node = from.find("answers", need::optional, yaml_node::form::map);
  if (node == nullptr) return;
  for (const auto& topic : node->members) {
    if (std::ranges::find(answer_topics, topic.key) == answer_topics.end()) {
      from.faults().error(topic.line, topic.column,
                          fmt::format("unknown answer \"{}\"; use {}", tidy(topic.key),
                                      either_of({answer_topics.begin(), answer_topics.end()})));
      continue;
    }
    into.answers.emplace(topic.key, read_answer(topic, into.language, from.faults()));
  }
}

std::optional<verdict> read_verdict(const yaml_node& node, fault_list& faults) {
  fields from{node, faults, "a history entry"};
  verdict made;
  made.from = from.date("from", need::required);
  const auto word = from.word<status>("status", need::required, &parse_status,
                                      {status::holds, status::partly_holds, status::outdated, status::overturned,
                                       status::unsupported, status::unresolved});
  made.summary = from.text("summary", need::required);
  made.reviewed = from.full_date("reviewed", need::required);
  const auto confidence =
      from.word<confidence_level>("confidence", need::required, &parse_confidence,
                                  {confidence_level::low, confidence_level::medium, confidence_level::high});
  from.done();
  made.at = place(node, faults);
  made.keys = places_below(node, faults.file());
  if (!word || made.from.empty() || made.reviewed.empty()) return std::nullopt;
  made.status = *word;
  made.confidence = confidence.value_or(confidence_level::low);
  return made;
}

std::vector<verdict> read_history(fields& from) {
  std::vector<verdict> found;
  const auto* const list = from.find("history", need::required, yaml_node::form::list);
  if (list == nullptr) return found;
  if (list->items.empty())
    from.faults().error(list->line, list->column, "\"history\" is empty; write at least one verdict");
  for (const auto& item : list->items) {
    if (auto one = read_verdict(item, from.faults())) found.push_back(std::move(*one));
  }
  return found;
}

// Presence is lint's matter ("evidence without date or source"); here only what is written must be right.
source read_source(fields& evidence) {
  source made;
  const auto* const node = evidence.find("source", need::optional, yaml_node::form::map);
  if (node == nullptr) return made;
  fields from{*node, evidence.faults(), "a source"};
  made.publisher = from.text("publisher", need::required);
  made.title = from.text("title", need::required);
  made.url = from.url("url", need::required);
  const auto kind = from.word<source_kind>("kind", need::required, &parse_source_kind,
                                           {source_kind::primary, source_kind::secondary, source_kind::aggregator});
  made.kind = kind.value_or(source_kind::secondary);
  from.done();
  return made;
}

evidence_item read_evidence(const yaml_node& node, std::string_view language, fault_list& faults) {
  fields from{node, faults, "an evidence item"};
  evidence_item made;
  made.finding = from.text("finding", need::required);
  made.finding_text = from.by_language("text", language);
  const auto word = from.word<bearing>("bearing", need::required, &parse_bearing,
                                       {bearing::supports, bearing::contradicts, bearing::qualifies});
  made.bearing = word.value_or(bearing::qualifies);
  made.published = from.date("published", need::optional);
  made.seen = from.full_date("seen", need::required);
  made.source = read_source(from);
  made.quote = from.text("quote", need::optional);
  from.done();
  made.at = place(node, faults);
  made.keys = places_below(node, faults.file());
  return made;
}

// "90d" as days.
std::optional<int> read_interval(std::string_view text) {
  int count = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (code != std::errc{} || count < 1 || count > 3650 || unit != "d") return std::nullopt;
  return count;
}

review_plan read_review(fields& from, const yaml_node& root) {
  review_plan plan;
  const auto* const every = from.find("review_every", need::optional, yaml_node::form::scalar);
  const auto* const by = from.find("review_by", need::optional);
  const auto* const retired = from.find("retired", need::optional, yaml_node::form::map);
  const auto given = (every != nullptr ? 1 : 0) + (by != nullptr ? 1 : 0) + (retired != nullptr ? 1 : 0);
  if (given != 1 && root.is == yaml_node::form::map) {
    const auto written = std::ranges::any_of(root.members, [](const yaml_member& member) {
      return member.key == "review_every" || member.key == "review_by" || member.key == "retired";
    });
    if (given > 1)
      from.faults().error(root.line, root.column, "more than one of review_every, review_by and retired; keep one");
    if (!written)
      from.faults().error(root.line, root.column, "no review is planned; add review_every, review_by or retired");
  }
  if (every != nullptr) {
    plan.every_days = read_interval(every->text);
    if (!plan.every_days) {
      from.faults().error(every->line, every->column,
                          fmt::format("\"{}\" is not an interval; write the days like 90d", tidy(every->text)));
    }
  }
  if (const auto date = by == nullptr ? partial_date{} : from.date("review_by", need::optional); !date.empty())
    plan.by = date;
  if (retired != nullptr) {
    fields end{*retired, from.faults(), "\"retired\""};
    if (const auto date = end.date("on", need::required); !date.empty()) plan.retired_on = date;
    plan.retired_why = end.text("why", need::required);
    end.done();
  }
  return plan;
}

void read_claim_text(fields& from, std::string_view language, claim& into) {
  const auto* const node = from.find("text", need::optional, yaml_node::form::map);
  if (node == nullptr) return;
  for (const auto& member : node->members) {
    if (!is_language(member, from.faults())) continue;
    if (member.key == language) {
      from.faults().error(
          member.line, member.column,
          fmt::format("\"{}\" is the article's own language; its text stands in claim and summary", member.key));
      continue;
    }
    fields one{member.value, from.faults(), "a translation"};
    auto claim_text = one.text("claim", need::required);
    auto summary = one.text("summary", need::required);
    one.done();
    if (!claim_text.empty()) into.claim_text.emplace(member.key, std::move(claim_text));
    if (!summary.empty()) into.summary_text.emplace(member.key, std::move(summary));
  }
}

}  // namespace

bool is_reserved_id(std::string_view id) noexcept { return std::ranges::find(reserved_ids, id) != reserved_ids.end(); }

bool is_id(std::string_view id) noexcept {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= 64 && id.front() != '-' && id.back() != '-' && std::ranges::all_of(id, good) &&
         id.find("--") == std::string_view::npos;
}

article read_article(const yaml_node& root, std::string id, fault_list& faults) {
  fields from{root, faults, "the article"};
  article made;
  made.id = std::move(id);
  made.title = from.text("title", need::required);
  made.author = from.text("author", need::optional);
  made.publisher = from.text("publisher", need::required);
  made.published = from.date("published", need::required);
  made.url = from.url("url", need::optional);
  made.mirrors = from.urls("mirrors");
  made.language = from.text("language", need::required);
  if (const auto* const node = from.find("language", need::optional); node != nullptr && !made.language.empty()) {
    if (!is_language({made.language, node->line, node->column, {}}, faults)) made.language.clear();
  }
  if (const auto* const quoted = from.find("quoted_in", need::optional, yaml_node::form::map)) {
    fields by{*quoted, faults, "\"quoted_in\""};
    made.quoted_by = by.text("author", need::required);
    made.quoted_on = by.date("published", need::required);
    by.done();
  }
  made.sections = read_sections(from, made.language);
  made.aliases = from.texts("aliases", need::optional);
  read_answers(from, made);
  from.done();
  made.at = place(root, faults);
  made.keys = places_below(root, faults.file());
  return made;
}

std::optional<claim> read_claim(const yaml_node& root, std::string id, std::string_view language, fault_list& faults) {
  fields from{root, faults, "a claim"};
  claim made;
  made.id = std::move(id);
  made.section = from.text("section", need::required);
  made.text = from.text("claim", need::required);
  made.quote = from.text("quote", need::required);
  made.measure = from.text("measure", need::optional);
  made.scope = from.text("scope", need::optional);
  made.also_asked_as = from.texts("also_asked_as", need::optional);
  read_claim_text(from, language, made);
  made.history = read_history(from);
  made.review = read_review(from, root);
  if (const auto* const list = from.find("evidence", need::optional, yaml_node::form::list)) {
    for (const auto& item : list->items) made.evidence.push_back(read_evidence(item, language, faults));
  }
  from.done();
  made.at = place(root, faults);
  made.keys = places_below(root, faults.file());
  std::ranges::sort(made.evidence, [](const evidence_item& a, const evidence_item& b) {
    // Newest first; what bears the same date stays as the file has it.
    return std::tie(b.published, a.at.line, a.at.column) < std::tie(a.published, b.at.line, b.at.column);
  });
  if (made.history.empty()) return std::nullopt;
  return made;
}

std::vector<golden_question> read_golden(const yaml_node& root, const std::string& article_id, fault_list& faults) {
  std::vector<golden_question> found;
  if (root.is != yaml_node::form::list) {
    faults.error(root.line, root.column, "golden questions must be a list of \"- ask: …\" and \"expect: …\"");
    return found;
  }
  for (const auto& item : root.items) {
    fields from{item, faults, "a golden question"};
    golden_question made;
    made.ask = from.text("ask", need::required);
    made.expect = from.text("expect", need::required);
    made.article_id = article_id;
    from.done();
    made.at = place(item, faults);
    if (!made.ask.empty() && !made.expect.empty()) found.push_back(std::move(made));
  }
  return found;
}

}  // namespace stillholds
