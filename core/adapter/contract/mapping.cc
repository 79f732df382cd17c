#include "adapter/contract/mapping.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "base/bytes.h"
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

constexpr std::uint32_t bit_of(Place place) { return std::uint32_t{1} << index_of(place); }
constexpr std::uint64_t bit(std::size_t rule) { return std::uint64_t{1} << rule; }
constexpr std::size_t lowest(std::uint64_t rules) {
  return static_cast<std::size_t>(std::countr_zero(rules));
}

constexpr std::string_view kFirst = "0";

}  // namespace

Item::Item(const Rules& rules, Workspace& workspace, event::Draft& draft)
    : rules_(rules), workspace_(workspace), draft_(draft) {}

void Item::start(const Item* common) {
  forget();
  is_set_ = 0;
  kind_ = {};
  held_.clear();
  common_ = common;
  if (common != nullptr) draft_.keep_all_of(common->draft_);
}

void Item::forget() {
  draft_.clear();
  seen_ = filled_ = worded_ = 0;
}

void Item::put_found(std::size_t rule, std::string_view text, std::string_view key, Form form) {
  found_[rule] = {text.data(), key.data(), text.size(), key.size(), form, draft_.depth()};
  filled_ |= bit(rule);
  worded_ = text.empty() ? worded_ & ~bit(rule) : worded_ | bit(rule);
}

void Item::forget_found(std::size_t rule) {
  filled_ &= ~bit(rule);
  worded_ &= ~bit(rule);
}

bool Item::has_found(std::size_t rule) const { return (filled_ & bit(rule)) != 0; }

Result<void> Item::take(json::Value& object) {
  if (object.kind() != json::Kind::kObject) return {};
  return take_members(object, 0, rules_.all(), true);
}

Result<void> Item::take(std::string_view key, json::Value& value) {
  return take_member(key, value, 0, rules_.all(), true);
}

Result<void> Item::take_deeper(json::Value& object) {
  return take_spread(object, 0, rules_.all(), true);
}

Item::Candidates Item::rules_below(std::string_view path) const {
  Candidates below = 0;
  for (Candidates like = rules_.beginning_like(path); like != 0; like &= like - 1) {
    const std::string_view rule = rules_[lowest(like)].path;
    if (rule.size() > path.size() && rule[path.size()] == '.' && rule.starts_with(path)) {
      below |= bit(lowest(like));
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
  if (path_bytes == 0) candidates &= rules_.beginning_like(key);
  Candidates deeper = 0;
  const std::size_t bytes = key.size();
  const Rule* const rules = std::to_address(rules_.begin());
  for (; candidates != 0; candidates &= candidates - 1) {
    const std::size_t i = lowest(candidates);
    // A candidate has more bytes than those of the path. Most are none for their last letter.
    const char* const path = rules[i].path.data() + path_bytes;
    const std::size_t left = rules[i].path.size() - path_bytes;
    if (left < bytes || path[bytes - 1] != key.back()) continue;
    if (std::memcmp(path, key.data(), bytes) != 0) continue;
    if (left == bytes) {
      exact = i;
    } else if (path[bytes] == '.') {
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
    if (has_found(*exact)) {
      const Found& earlier = found_[*exact];
      if (!earlier.key().empty() && earlier.depth < draft_.depth()) keep_found(earlier);
    }
    put_found(*exact, *text, is_kept ? key : std::string_view(),
              is_number ? Form::kNumber : Form::kText);
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
    // One that came before. A single text is what the column takes.
    if (has_found(i) && found_[i].form == Form::kPair && !is_never_kept(place)) {
      draft_.keep_pair(found_[i].key(), found_[i].text());
    }
    put_found(i, text, name, Form::kPair);
    return;
  }
  draft_.keep_pair(name, text);
}

std::string_view Item::text(Place place) const {
  if ((is_set_ & bit_of(place)) != 0) return set_[index_of(place)];
  if (const Candidates found = worded_ & rules_.of(place); found != 0) {
    return found_[lowest(found)].text();
  }
  return common_ == nullptr ? std::string_view() : common_->text(place);
}

const Item::Found* Item::found_at(std::string_view path) const {
  for (Candidates found = worded_; found != 0; found &= found - 1) {
    if (rules_[lowest(found)].path == path) return &found_[lowest(found)];
  }
  return nullptr;
}

std::string_view Item::text_at(std::string_view path) const {
  if (const Found* found = found_at(path)) return found->text();
  return common_ == nullptr ? std::string_view() : common_->text_at(path);
}

std::optional<std::size_t> Item::first_of(std::uint8_t part) const {
  for (Candidates found = worded_ & rules_.of(Place::kSeen); found != 0; found &= found - 1) {
    if (rules_[lowest(found)].part == part) return lowest(found);
  }
  return std::nullopt;
}

std::string_view Item::part_text(std::uint8_t part) const {
  const auto i = first_of(part);
  return i ? found_[*i].text() : std::string_view();
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

void Item::set(Place place, std::string_view text) {
  set_[index_of(place)] = text;
  is_set_ |= bit_of(place);
}

void Item::set_made(Place place, std::string text) { set(place, hold(std::move(text))); }

void Item::drop(std::string_view path) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].path == path) forget_found(i);
  }
}

void Item::drop_part(std::uint8_t part) {
  if (const auto i = first_of(part)) forget_found(*i);
}

void Item::keep_found(const Found& found) {
  const std::uint8_t depth = draft_.depth();
  draft_.set_depth(found.depth);
  switch (found.form) {
    case Form::kNumber:
      draft_.keep(found.key(), found.text());
      break;
    case Form::kText:
      draft_.keep_text(found.key(), found.text());
      break;
    case Form::kPair:
      draft_.keep_pair(found.key(), found.text());
      break;
  }
  draft_.set_depth(depth);
}

// What a column does not say: texts that gave way to others, and those that it had to cut.
void Item::keep_rest(bool is_server_side) {
  for (Candidates filled = filled_; filled != 0; filled &= filled - 1) {
    const std::size_t i = lowest(filled);
    const Found& found = found_[i];
    const Place place = rules_[i].place;
    if (found.key().empty() || is_never_kept(place)) continue;
    if (is_shown(place, is_server_side) && found.text_bytes <= bytes_max(place) &&
        found.text() == text(place)) {
      continue;
    }
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
