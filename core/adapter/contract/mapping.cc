#include "adapter/contract/mapping.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "crypto/digest.h"
#include "event/client_time.h"
#include "event/limits.h"
#include "http/client_address.h"

namespace penstock::adapter {
namespace {

using event::TextField;

struct Column {
  Place place;
  TextField field;
};
constexpr Column kColumns[] = {
    {Place::kName, TextField::kName},
    {Place::kUrl, TextField::kUrl},
    {Place::kReferrer, TextField::kReferrer},
    {Place::kUserId, TextField::kUserId},
    {Place::kAnonymousId, TextField::kAnonymousId},
    {Place::kSessionId, TextField::kSessionId},
};

// What an event's texts of these places may have; the draft cuts the others itself.
constexpr std::size_t bytes_max(Place place) {
  switch (place) {
    case Place::kId:
    case Place::kUserId:
    case Place::kAnonymousId:
    case Place::kSessionId:
      return event::kIdentityBytesMax;
    case Place::kName:
      return event::kNameBytesMax;
    case Place::kIp:
      return event::kIpSpellingBytesMax;
    case Place::kUserAgent:
      return event::kUserAgentBytesMax;
    case Place::kUrl:
    case Place::kReferrer:
      return event::kUrlBytesMax;
    case Place::kTime:
    case Place::kSentAt:
    case Place::kAge:
    case Place::kKey:
    case Place::kType:
    case Place::kSeen:
    case Place::kSpread:
    case Place::kDropped:
      break;
  }
  return std::string_view::npos;
}

// Whether the column shows the text, so that it need not stand in the properties as well.
constexpr bool is_shown(Place place, bool is_server_side) {
  switch (place) {
    case Place::kName:
    case Place::kUrl:
    case Place::kReferrer:
    case Place::kUserId:
    case Place::kAnonymousId:
    case Place::kSessionId:
      return true;
    case Place::kIp:
    case Place::kUserAgent:
      return is_server_side;
    case Place::kId:
    case Place::kTime:
    case Place::kSentAt:
    case Place::kAge:
    case Place::kKey:
    case Place::kType:
    case Place::kSeen:
    case Place::kSpread:
    case Place::kDropped:
      break;
  }
  return false;
}

constexpr bool is_never_kept(Place place) {
  return place == Place::kSentAt || place == Place::kKey || place == Place::kDropped;
}

constexpr std::size_t index_of(Place place) { return static_cast<std::size_t>(place); }

constexpr std::uint64_t bit(std::size_t rule) { return std::uint64_t{1} << rule; }
constexpr std::size_t lowest(std::uint64_t rules) {
  return static_cast<std::size_t>(std::countr_zero(rules));
}

constexpr std::string_view kFirst = "0";

constexpr std::size_t beginning_of(std::string_view path) {
  return static_cast<unsigned char>(path.front()) % 64;
}

}  // namespace

Item::Item(Rules rules, Workspace& workspace, event::Draft& draft)
    : rules_(rules), workspace_(workspace), draft_(draft) {
  PENSTOCK_CHECK(rules.size() <= kRulesMax);
  for (std::size_t i = 0; i < rules.size(); ++i) beginning_[beginning_of(rules[i].path)] |= bit(i);
  start();
}

void Item::start(const Item* common) {
  forget();
  set_ = {};
  kind_ = {};
  held_.clear();
  common_ = common;
  if (common != nullptr) draft_.keep_all_of(common->draft_);
}

void Item::forget() {
  draft_.clear();
  forget_found();
}

void Item::forget_found() {
  for (; seen_ != 0; seen_ &= seen_ - 1) found_[lowest(seen_)] = {};
}

template <class Wanted>
std::optional<std::size_t> Item::first_seen(const Wanted& is_wanted) const {
  for (Candidates seen = seen_; seen != 0; seen &= seen - 1) {
    const std::size_t i = lowest(seen);
    if (!found_[i].text.empty() && is_wanted(rules_[i])) return i;
  }
  return std::nullopt;
}

Item::Candidates Item::all_rules() const {
  return rules_.size() == kRulesMax ? ~Candidates{0} : (Candidates{1} << rules_.size()) - 1;
}

Result<void> Item::take(json::Value& object) {
  if (object.kind() != json::Kind::kObject) return {};
  return take_members(object, 0, all_rules(), true);
}

Result<void> Item::take(std::string_view key, json::Value& value) {
  return take_member(key, value, 0, all_rules(), true);
}

Result<void> Item::take_deeper(json::Value& object) {
  return take_spread(object, 0, all_rules(), true);
}

Item::Candidates Item::rules_below(std::string_view path) const {
  Candidates below = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const std::string_view rule = rules_[i].path;
    if (rule.size() > path.size() && rule[path.size()] == '.' && rule.starts_with(path)) {
      below |= bit(i);
    }
  }
  return below;
}

Result<void> Item::take_below(std::string_view path, std::string_view key, json::Value& value) {
  return take_member(key, value, path.size() + 1, rules_below(path), true);
}

bool Item::is_known_below(std::string_view path, std::string_view key) const {
  std::optional<std::size_t> exact;
  narrowed(key, path.size() + 1, rules_below(path), exact);
  return exact.has_value();
}

Result<void> Item::take_members(json::Value& object, std::size_t path_bytes, Candidates candidates,
                                bool is_kept) {
  return object.members([&](std::string_view key, json::Value& value) {
    return take_member(key, value, path_bytes, candidates, is_kept);
  });
}

Result<void> Item::take_spread(json::Value& object, std::size_t path_bytes, Candidates candidates,
                               bool is_kept) {
  const std::uint8_t depth = draft_.depth();
  draft_.set_depth(static_cast<std::uint8_t>(depth + 1));
  auto taken = take_members(object, path_bytes, candidates, is_kept);
  draft_.set_depth(depth);
  return taken;
}

Item::Candidates Item::narrowed(std::string_view key, std::size_t path_bytes, Candidates candidates,
                                std::optional<std::size_t>& exact) const {
  if (key.empty()) return 0;
  if (path_bytes == 0) candidates &= beginning_[beginning_of(key)];
  Candidates deeper = 0;
  for (; candidates != 0; candidates &= candidates - 1) {
    const std::size_t i = lowest(candidates);
    const std::string_view path = rules_[i].path.substr(path_bytes);
    if (!path.starts_with(key)) continue;
    if (path.size() == key.size()) {
      exact = i;
    } else if (path[key.size()] == '.') {
      deeper |= bit(i);
    }
  }
  return deeper;
}

Result<void> Item::take_member(std::string_view key, json::Value& value, std::size_t path_bytes,
                               Candidates candidates, bool is_kept) {
  std::optional<std::size_t> exact;
  const Candidates deeper = narrowed(key, path_bytes, candidates, exact);
  const std::optional<Place> place = exact ? std::optional(rules_[*exact].place) : std::nullopt;
  const std::size_t below = path_bytes + key.size() + 1;
  if (exact && value.kind() != json::Kind::kNull) seen_ |= bit(*exact);

  if (value.kind() == json::Kind::kObject) {
    if (place == Place::kSpread) return take_spread(value, below, deeper, is_kept);
    if (is_kept && !(place && is_never_kept(*place))) {
      PENSTOCK_TRY(draft_.keep(key, value));
      value.rewind();
    }
    return deeper == 0 ? Result<void>() : take_members(value, below, deeper, false);
  }

  const bool is_text = value.kind() == json::Kind::kString || value.kind() == json::Kind::kNumber;
  if (exact && place != Place::kSpread && place != Place::kDropped && is_text) {
    const bool is_number = value.kind() == json::Kind::kNumber;
    const auto text = is_number ? value.raw(1) : value.string();
    if (!text) return fail(text.error());
    Found& found = found_[*exact];
    if (!found.key.empty() && found.depth < draft_.depth()) keep_found(found);
    found = {*text, is_kept ? key : std::string_view(), is_number ? Form::kNumber : Form::kText,
             draft_.depth()};
    return {};
  }
  if (value.kind() == json::Kind::kArray && deeper != 0) {
    return take_first(value, key, below, deeper, is_kept && !(place && is_never_kept(*place)));
  }
  if (!is_kept || (place && is_never_kept(*place))) return {};
  if (place == Place::kSpread && value.kind() == json::Kind::kString) {
    const auto text = value.string();
    if (!text) return fail(text.error());
    if (!draft_.take_properties_of(*text)) draft_.keep_text(key, *text);
    return {};
  }
  return draft_.keep(key, value);
}

Result<void> Item::take_first(json::Value& array, std::string_view key, std::size_t path_bytes,
                              Candidates candidates, bool is_kept) {
  std::optional<std::size_t> exact;
  const Candidates deeper = narrowed(kFirst, path_bytes, candidates, exact);
  if (is_kept) {
    PENSTOCK_TRY(draft_.keep(key, array));
    array.rewind();
  }
  if (!exact && deeper == 0) return {};
  bool is_first = true;
  return array.elements([&](json::Value& element) -> Result<void> {
    if (!std::exchange(is_first, false)) return {};
    return take_member(kFirst, element, path_bytes, candidates, false);
  });
}

void Item::take_pair(std::string_view name, std::string_view text) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].path != name) continue;
    seen_ |= bit(i);
    const Place place = rules_[i].place;
    if (place == Place::kDropped) return;
    if (place == Place::kSpread && draft_.take_properties_of(text)) return;
    Found& found = found_[i];
    // One that came before. A single text is what the column takes.
    if (found.form == Form::kPair && !is_never_kept(place)) {
      draft_.keep_pair(found.key, found.text);
    }
    found = {text, name, Form::kPair};
    return;
  }
  draft_.keep_pair(name, text);
}

std::optional<std::size_t> Item::chosen(Place place) const {
  return first_seen([place](const Rule& rule) { return rule.place == place; });
}

std::string_view Item::text(Place place) const {
  if (const auto& set = set_[index_of(place)]) return *set;
  if (const auto i = chosen(place)) return found_[*i].text;
  return common_ == nullptr ? std::string_view() : common_->text(place);
}

std::string_view Item::text_at(std::string_view path) const {
  const auto i = first_seen([path](const Rule& rule) { return rule.path == path; });
  if (i) return found_[*i].text;
  return common_ == nullptr ? std::string_view() : common_->text_at(path);
}

std::optional<std::size_t> Item::first_of(std::uint8_t part) const {
  return first_seen(
      [part](const Rule& rule) { return rule.place == Place::kSeen && rule.part == part; });
}

std::string_view Item::part_text(std::uint8_t part) const {
  const auto i = first_of(part);
  return i ? found_[*i].text : std::string_view();
}

bool Item::has(std::string_view path) const {
  for (Candidates seen = seen_; seen != 0; seen &= seen - 1) {
    if (rules_[lowest(seen)].path == path) return true;
  }
  return false;
}

std::string_view Item::hold(std::string text) {
  reserve_padding(text);
  return held_.emplace_front(std::move(text));
}

void Item::set(Place place, std::string_view text) { set_[index_of(place)] = text; }

void Item::set_made(Place place, std::string text) { set(place, hold(std::move(text))); }

void Item::drop(std::string_view path) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].path == path) found_[i] = {};
  }
}

void Item::drop_part(std::uint8_t part) {
  if (const auto i = first_of(part)) found_[*i] = {};
}

void Item::keep_found(const Found& found) {
  const std::uint8_t depth = draft_.depth();
  draft_.set_depth(found.depth);
  switch (found.form) {
    case Form::kNumber:
      draft_.keep(found.key, found.text);
      break;
    case Form::kText:
      draft_.keep_text(found.key, found.text);
      break;
    case Form::kPair:
      draft_.keep_pair(found.key, found.text);
      break;
  }
  draft_.set_depth(depth);
}

// What a column does not say: texts that gave way to others, and those that it had to cut.
void Item::keep_rest(bool is_server_side) {
  for (Candidates seen = seen_; seen != 0; seen &= seen - 1) {
    const std::size_t i = lowest(seen);
    const Found& found = found_[i];
    const Place place = rules_[i].place;
    if (found.key.empty() || is_never_kept(place)) continue;
    const bool is_whole = found.text == text(place) && found.text.size() <= bytes_max(place);
    if (is_whole && is_shown(place, is_server_side)) continue;
    keep_found(found);
  }
}

void Item::put_id() {
  const std::string_view id = text(Place::kId);
  if (id.empty()) return;
  if (id.size() <= bytes_max(Place::kId)) return draft_.set_text(TextField::kId, id);
  const crypto::Digest digest = crypto::digest_of({}, id);
  id_.clear();
  append_hex(id_, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  draft_.set_text(TextField::kId, id_);
}

void Item::put_time(const Origin& origin, std::optional<std::int64_t> sent_at_ms) {
  const std::string_view text = this->text(Place::kTime);
  auto time_ms = event::parse_client_time(text);
  if (!time_ms) return put_age(origin);
  if (const auto own = event::parse_client_time(this->text(Place::kSentAt))) sent_at_ms = own;
  if (sent_at_ms) {
    const std::int64_t behind_ms = origin.received_at_ms - *sent_at_ms;
    if (std::abs(behind_ms) > skew_ignored_ms_) *time_ms += behind_ms;
  }
  draft_.set_time(*time_ms, text);
}

void Item::put_age(const Origin& origin) {
  const std::string_view text = this->text(Place::kAge);
  if (const auto age_ms = parse_int(text); age_ms && *age_ms >= 0) {
    draft_.set_time(origin.received_at_ms - std::min(*age_ms, origin.received_at_ms), text);
  }
}

void Item::finish(const Origin& origin, std::optional<std::int64_t> sent_at_ms) {
  put_id();
  put_time(origin, sent_at_ms);
  for (const Column& column : kColumns) {
    const std::string_view found = text(column.place);
    if (found.empty()) continue;
    const bool is_cut_here = column.place != Place::kUrl && column.place != Place::kReferrer;
    draft_.set_text(column.field,
                    is_cut_here ? utf8_prefix(found, bytes_max(column.place)) : found);
  }
  if (!kind_.empty()) draft_.set_text(TextField::kKind, kind_);
  if (origin.is_server_side) {
    if (const std::string_view ip = text(Place::kIp); http::Address::parse(trim(ip))) {
      draft_.set_text(TextField::kIp, ip);
    }
    if (const std::string_view agent = text(Place::kUserAgent); !agent.empty()) {
      draft_.set_text(TextField::kUserAgent, agent);
    }
  }
  keep_rest(origin.is_server_side);
}

}  // namespace penstock::adapter
