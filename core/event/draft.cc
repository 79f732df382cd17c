#include "event/draft.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "base/json_text.h"
#include "base/scratch.h"
#include "base/text.h"
#include "base/utf8.h"
#include "event/client_time.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::event {
namespace {

// "time" in R"(,"time":)".
constexpr std::string_view name_in(std::string_view beginning) {
  return beginning.substr(2, beginning.size() - 4);
}

struct FieldRule {
  std::string_view beginning;  // As a member of an object that has others before it.
  std::size_t bytes_max;
  std::string_view too_long;  // Empty: what is longer is cut.
  bool may_be_number;

  constexpr std::string_view name() const { return name_in(beginning); }
};

// The texts name the numbers of limits.h.
static_assert(kNameBytesMax == 256 && kIdentityBytesMax == 256);
static_assert(kIpSpellingBytesMax == 64);
constexpr std::string_view kOver256 = "is longer than 256 bytes";

// In the order of TextField. A user agent is cut instead, when the event is completed.
constexpr std::array<FieldRule, kTextFieldCount> kRules = {{
    {R"(,"id":)", kIdentityBytesMax, kOver256, true},
    {R"(,"name":)", kNameBytesMax, kOver256, false},
    {R"(,"kind":)", std::string_view::npos, "", false},
    {R"(,"url":)", kUrlBytesMax, "", false},
    {R"(,"referrer":)", kUrlBytesMax, "", false},
    {R"(,"user_id":)", kIdentityBytesMax, kOver256, true},
    {R"(,"anonymous_id":)", kIdentityBytesMax, kOver256, true},
    {R"(,"session_id":)", kIdentityBytesMax, kOver256, true},
    {R"(,"ip":)", kIpSpellingBytesMax, "is longer than 64 bytes", false},
    {R"(,"user_agent":)", std::string_view::npos, "", false},
}};

// Names kKinds.
constexpr std::string_view kUnknownKind =
    "is none of event, page, error, identify, group, log, metric, span";
constexpr std::string_view kTimeBeginning = R"(,"time":)";
constexpr std::string_view kTimeMember = name_in(kTimeBeginning);
constexpr std::string_view kPropertiesMember = "properties";
constexpr std::string_view kBadTime = "is neither RFC 3339 nor a Unix time";
constexpr std::string_view kTooDeep = "nests deeper than 64";
static_assert(kPropertiesDepthMax == 64);

// A comparison with a name whose length the compiler knows is one or two of its instructions.
template <TextField field>
bool is_name_of(const char* key) {
  constexpr std::string_view kName = kRules[static_cast<std::size_t>(field)].name();
  return std::memcmp(key, kName.data(), kName.size()) == 0;
}

template <const std::string_view& name>
bool is_member(std::string_view key) {
  return key.size() == name.size() && std::memcmp(key.data(), name.data(), name.size()) == 0;
}

template <TextField... fields>
std::optional<TextField> one_of(std::string_view key) {
  std::optional<TextField> found;
  static_cast<void>(((is_name_of<fields>(key.data()) && (found = fields, true)) || ...));
  return found;
}

std::optional<TextField> text_field_named(std::string_view key) {
  using enum TextField;
  switch (key.size()) {
    case 2:
      return one_of<kId, kIp>(key);
    case 3:
      return one_of<kUrl>(key);
    case 4:
      return one_of<kName, kKind>(key);
    case 7:
      return one_of<kUserId>(key);
    case 8:
      return one_of<kReferrer>(key);
    case 10:
      return one_of<kSessionId, kUserAgent>(key);
    case 12:
      return one_of<kAnonymousId>(key);
    default:
      return std::nullopt;
  }
}

// Of a name's length and its ends: few instructions, and no names of one event agree in all three
// unless they are meant to.
std::size_t hash_of(std::string_view name) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (name.size() >= sizeof first) {
    std::memcpy(&first, name.data(), sizeof first);
    std::memcpy(&last, name.data() + name.size() - sizeof last, sizeof last);
  } else {
    copy_short(reinterpret_cast<char*>(&first), name.data(), name.size());
  }
  const std::uint64_t mixed =
      (first ^ std::rotl(last, 29) ^ name.size()) * std::uint64_t{0x9e3779b97f4a7c15};
  return static_cast<std::size_t>(mixed >> 32);
}

const FieldRule& rule_of(TextField field) { return kRules[static_cast<std::size_t>(field)]; }

}  // namespace

std::string_view member_name(TextField field) { return rule_of(field).name(); }

std::string_view known_member(std::string_view name) {
  if (const auto field = text_field_named(name)) return member_name(*field);
  for (const std::string_view member : {kTimeMember, kPropertiesMember}) {
    if (member == name) return member;
  }
  return {};
}

void Draft::clear() {
  texts_ = {};
  given_ = 0;
  plain_ = 0;
  cut_ = 0;
  depth_ = 0;
  hides_nothing_ = false;
  if (!repaired_.empty()) repaired_.clear();
  time_ms_.reset();
  time_json_ = time_text_ = {};
  properties_.clear();
  extras_.clear();
  merged_.clear();
  extra_list_.clear();
  fault_.reset();
}

std::size_t Draft::shrink(std::size_t keep_bytes) {
  clear();
  repaired_.shrink_to_fit();
  std::size_t freed = nested_.shrink(keep_bytes);
  for (std::string* buffer : {&properties_, &extras_, &merged_}) {
    freed += shrink_scratch(*buffer, keep_bytes);
  }
  return freed + shrink_scratch(extra_list_, keep_bytes) + shrink_scratch(names_, keep_bytes);
}

void Draft::blame(const Fault& fault) {
  if (!fault_) fault_ = fault;
}

// What is cut away need not be repaired; a repaired text may be longer.
void Draft::set_text(TextField field, std::string_view text) {
  const FieldRule& rule = rule_of(field);
  const std::string_view kept = rule.too_long.empty() ? utf8_prefix(text, rule.bytes_max) : text;
  if (kept.find('\0') == std::string_view::npos) return put_text(field, text);
  put_text(field, without_nul(kept));
  if (kept.size() < text.size()) cut_ |= bit_of(field);
}

void Draft::name_pageview() { texts_[static_cast<std::size_t>(TextField::kName)] = kPageviewName; }

void Draft::put_text(TextField field, std::string_view text) {
  given_ |= bit_of(field);
  plain_ &= ~bit_of(field);
  cut_ &= ~bit_of(field);
  if (text.size() > rule_of(field).bytes_max) return put_long_text(field, text);
  if (field == TextField::kKind) return put_kind(text);
  texts_[static_cast<std::size_t>(field)] = text;
}

void Draft::put_long_text(TextField field, std::string_view text) {
  const FieldRule& rule = rule_of(field);
  if (!rule.too_long.empty()) return blame({rule.name(), rule.too_long});
  texts_[static_cast<std::size_t>(field)] = utf8_prefix(text, rule.bytes_max);
  cut_ |= bit_of(field);
}

void Draft::put_kind(std::string_view text) {
  if (!text.empty() && !is_kind(text)) {
    return blame({rule_of(TextField::kKind).name(), kUnknownKind});
  }
  texts_[static_cast<std::size_t>(TextField::kKind)] = text;
}

// SQLite's tools and most others end a text at its first NUL.
std::string_view Draft::without_nul(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string& repaired = repaired_.emplace_back();
  for (const char c : text) c == '\0' ? repaired.append(kReplacement) : repaired.append(1, c);
  return repaired;
}

Result<void> Draft::take(std::string_view key, json::Value& value) {
  const auto field = text_field_named(key);
  if (field && value.is_plain_string()) {
    put_text(*field, value.plain_string());
    plain_ |= bit_of(*field);
    return {};
  }
  return take_any(field, key, value);
}

Result<void> Draft::take_any(std::optional<TextField> field, std::string_view key,
                             json::Value& value) {
  if (field) return take_field(*field, value);
  if (is_member<kPropertiesMember>(key)) return take_properties(value);
  if (is_member<kTimeMember>(key)) return take_time(value);
  return keep(key, value);
}

Result<void> Draft::take_field(TextField field, json::Value& value) {
  const json::Kind kind = value.kind();
  if (kind == json::Kind::kString) {
    const bool may_hold_nul = value.has_escapes();
    const auto text = value.string();
    if (!text) return fail(text.error());
    may_hold_nul ? set_text(field, *text) : put_text(field, *text);
  } else if (kind == json::Kind::kNumber && rule_of(field).may_be_number) {
    const auto digits = value.raw(1);
    if (!digits) return fail(digits.error());
    set_text(field, *digits);
  } else if (kind != json::Kind::kNull) {
    blame({rule_of(field).name(),
           rule_of(field).may_be_number ? "is neither a text nor a number" : "is not a text"});
  }
  return {};
}

Result<void> Draft::take_time(json::Value& value) {
  const json::Kind kind = value.kind();
  if (kind == json::Kind::kNull) return {};
  if (kind != json::Kind::kString && kind != json::Kind::kNumber) {
    blame({kTimeMember, kBadTime});
    return {};
  }
  const auto text = kind == json::Kind::kString ? value.string() : value.raw(1);
  if (!text) return fail(text.error());
  if (trim(*text).empty()) return {};
  time_ms_ = parse_client_time(*text);
  if (!time_ms_) blame({kTimeMember, kBadTime});
  const auto json = value.raw(1);
  if (!json) return fail(json.error());
  time_json_ = *json;
  return {};
}

Result<void> Draft::take_properties(json::Value& value) {
  if (value.kind() == json::Kind::kNull) return {};
  if (value.kind() != json::Kind::kObject) {
    // PHP writes an empty map so.
    std::string text;
    const bool is_empty =
        value.kind() == json::Kind::kArray && value.append_to(text, 1) && text == "[]";
    if (!is_empty) blame({kPropertiesMember, "is not an object"});
    return {};
  }
  properties_.clear();
  const auto copied = value.append_to(properties_, kPropertiesDepthMax);
  if (!copied) blame({kPropertiesMember, kTooDeep});
  return {};
}

Result<void> Draft::keep(std::string_view key, json::Value& value) {
  const Extra extra = begin_extra(key);
  if (value.append_to(extras_, kPropertiesDepthMax - 1)) {
    end_extra(extra);
  } else {
    blame({kPropertiesMember, kTooDeep});
  }
  return {};
}

void Draft::take_text(std::string_view key, std::string_view text) {
  if (const auto field = text_field_named(key)) {
    set_text(*field, text);
  } else if (key == kPropertiesMember) {
    take_properties_text(text);
  } else if (key == kTimeMember) {
    take_time_text(text);
  } else {
    keep_pair(key, text);
  }
}

void Draft::keep_pair(std::string_view key, std::string_view text) {
  Extra extra = begin_extra(key);
  extra.may_repeat = true;
  append_json_string(extras_, text);
  end_extra(extra);
}

void Draft::take_time_text(std::string_view text) {
  if (trim(text).empty()) return;
  time_ms_ = parse_client_time(text);
  if (!time_ms_) blame({kTimeMember, kBadTime});
  time_json_ = {};
  time_text_ = text;
}

void Draft::set_time(std::int64_t time_ms, std::string_view text) {
  time_ms_ = time_ms;
  time_json_ = {};
  time_text_ = text;
}

void Draft::take_properties_text(std::string_view text) {
  if (trim(text).empty()) return;
  const std::optional<Fault> earlier = fault_;
  const auto read = nested_.read(
      text, [&](json::Value& value) -> Result<void> { return take_properties(value); });
  if (!read) fault_ = earlier ? earlier : Fault{kPropertiesMember, "is not JSON"};
}

bool Draft::take_properties_of(std::string_view object) {
  if (!properties_.empty() || !trim(object).starts_with('{')) return false;
  const auto read = nested_.read(object, [this](json::Value& value) -> Result<void> {
    return value.append_to(properties_, kPropertiesDepthMax);
  });
  if (!read) properties_.clear();
  hides_nothing_ = read.has_value();
  return read.has_value();
}

Draft::Extra Draft::begin_extra(std::string_view key) {
  Extra extra{.key = key, .begin = extras_.size() + 1, .depth = depth_};
  append_json_string(extras_, key, ",", ":");
  extra.value_begin = extras_.size();
  return extra;
}

Draft::Extra Draft::begin_member(std::string_view beginning) {
  Extra extra{.key = name_in(beginning), .begin = extras_.size() + 1, .depth = depth_};
  extras_ += beginning;
  extra.value_begin = extras_.size();
  return extra;
}

void Draft::end_extra(Extra extra) {
  extra.end = extras_.size();
  extra_list_.push_back(extra);
}

void Draft::keep(std::string_view key, std::string_view json) {
  const Extra extra = begin_extra(key);
  extras_ += json;
  end_extra(extra);
}

void Draft::keep_all_of(const Draft& other) {
  const std::size_t moved = extras_.size();
  extras_ += other.extras_;
  for (Extra extra : other.extra_list_) {
    extra.begin += moved;
    extra.value_begin += moved;
    extra.end += moved;
    extra_list_.push_back(extra);
  }
}

void Draft::keep_text(std::string_view key, std::string_view text) {
  const Extra extra = begin_extra(key);
  append_json_string(extras_, text);
  end_extra(extra);
}

void Draft::keep_given_field(TextField field) {
  const std::string_view kept = text(field);
  const Extra extra = begin_member(rule_of(field).beginning);
  if ((plain_ & ~cut_ & bit_of(field)) != 0) {
    // As it stands in the client's text, with its quotes.
    extras_.append(kept.data() - 1, kept.size() + 2);
  } else {
    append_json_string(extras_, kept);
  }
  end_extra(extra);
}

void Draft::keep_cuts() {
  if (cut_ == 0) return;
  const Extra extra = begin_extra(kCutProperty);
  char before = '[';
  for (std::size_t i = 0; i < kTextFieldCount; ++i) {
    const auto field = static_cast<TextField>(i);
    if ((cut_ & bit_of(field)) == 0) continue;
    extras_ += before;
    extras_.append(1, '"').append(member_name(field)).append(1, '"');
    before = ',';
  }
  extras_ += ']';
  end_extra(extra);
}

std::optional<std::int64_t> Draft::settle_time(std::int64_t received_at_ms, bool is_server) {
  if (!time_ms_) return std::nullopt;
  const std::int64_t first = is_server ? 0 : received_at_ms - kTimePastMaxMs;
  const std::int64_t last = is_server ? kTimeMaxMs : received_at_ms + kTimeFutureMaxMs;
  if (*time_ms_ >= std::max<std::int64_t>(0, first) && *time_ms_ <= last) return time_ms_;
  const Extra extra = begin_member(kTimeBeginning);
  if (time_json_.empty()) {
    append_json_string(extras_, time_text_);
  } else {
    extras_ += time_json_;
  }
  end_extra(extra);
  return std::nullopt;
}

// By a table of the names' hashes: to sort them costs several times as much. Where names collide
// so often that somebody must have chosen them, it is left to the sorting.
bool Draft::may_hold_repeats() const {
  constexpr std::size_t kFew = 4;
  constexpr std::size_t kMany = 256;
  constexpr std::size_t kStepsMax = 4;  // A name, and half of the table is free.
  const std::size_t count = extra_list_.size();
  if (!properties_.empty() || count > kMany) return true;
  if (count <= kFew) {
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (extra_list_[i].key == extra_list_[j].key) return true;
      }
    }
    return false;
  }
  std::array<std::uint16_t, 2 * kMany> table;  // Of numbers in extra_list_, from 1.
  const std::size_t mask = std::bit_ceil(2 * count) - 1;
  std::memset(table.data(), 0, (mask + 1) * sizeof table[0]);
  std::size_t steps_left = kStepsMax * count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view key = extra_list_[i].key;
    std::size_t slot = hash_of(key) & mask;
    for (; table[slot] != 0; slot = (slot + 1) & mask) {
      if (extra_list_[table[slot] - 1].key == key || --steps_left == 0) return true;
    }
    table[slot] = static_cast<std::uint16_t>(i + 1);
  }
  return false;
}

// Of extras with one name the last counts, of a form's all; a member of `properties` hides them.
// By sorting, since a client may send thousands.
void Draft::settle_repeated_extras() {
  names_.clear();
  for (std::size_t i = 0; i < extra_list_.size(); ++i) names_.emplace_back(extra_list_[i].key, i);
  if (!properties_.empty()) {
    reserve_padding(properties_);
    // Our own copy of a checked text: it cannot fail.
    const auto read = nested_.read(properties_, [&](json::Value& root) -> Result<void> {
      return root.members([&](std::string_view key, json::Value&) -> Result<void> {
        names_.emplace_back(key, extra_list_.size());
        return {};
      });
    });
    if (!read) return blame({kPropertiesMember, "is not JSON"});
  }
  std::sort(names_.begin(), names_.end());
  for (std::size_t first = 0; first < names_.size();) {
    std::size_t end = first + 1;
    while (end < names_.size() && names_[end].first == names_[first].first) ++end;
    if (end - first > 1) settle_run(first, end);
    first = end;
  }
}

// Puts the deepest of a run behind the others, which give way. Returns where they begin.
std::size_t Draft::settle_depths(std::size_t first, std::size_t end) {
  constexpr std::size_t kDeepest = 256;  // Of a member of properties_.
  const auto depth_of = [this](const auto& name) {
    const std::size_t index = name.second;
    return index < extra_list_.size() ? std::size_t{extra_list_[index].depth} : kDeepest;
  };
  const auto text_of = [this](const Extra& extra) {
    return std::string_view(extras_).substr(extra.begin, extra.end - extra.begin);
  };
  const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first);
  std::stable_sort(begin, names_.begin() + static_cast<std::ptrdiff_t>(end),
                   [&](const auto& a, const auto& b) { return depth_of(a) < depth_of(b); });
  const std::size_t deepest = depth_of(names_[end - 1]);
  std::size_t winner = end - 1;
  while (winner > first && depth_of(names_[winner - 1]) == deepest) --winner;
  if (winner == first) return first;
  for (std::size_t i = first; i < winner; ++i) extra_list_[names_[i].second].is_dropped = true;
  Extra& loser = extra_list_[names_[winner - 1].second];
  loser.is_moved = deepest == kDeepest
                       ? hides_nothing_
                       : text_of(loser) != text_of(extra_list_[names_[end - 1].second]);
  return winner;
}

// Of names_[first] to names_[end - 1], which are one name.
void Draft::settle_run(std::size_t first, std::size_t end) {
  first = settle_depths(first, end);
  const std::size_t last = names_[end - 1].second;
  const bool is_hidden = last >= extra_list_.size();
  bool is_list = !is_hidden;
  for (std::size_t i = first; i < end && is_list; ++i) {
    is_list = extra_list_[names_[i].second].may_repeat;
  }
  if (is_list) {
    Extra list = begin_extra(names_[first].first);
    char before = '[';
    for (std::size_t i = first; i < end; ++i) {
      const Extra& one = extra_list_[names_[i].second];
      extras_ += before;
      extras_.append(extras_, one.value_begin, one.end - one.value_begin);
      before = ',';
    }
    extras_ += ']';
    list.end = extras_.size();
    extra_list_[last] = list;
  }
  for (std::size_t i = first; i + 1 < end; ++i) {
    const std::size_t index = names_[i].second;
    if (index < extra_list_.size()) extra_list_[index].is_dropped = true;
  }
}

std::string_view Draft::properties() {
  keep_cuts();
  if (extra_list_.empty()) return properties_.size() == 2 ? std::string_view() : properties_;  // {}
  if (!may_hold_repeats()) {
    extras_.front() = '{';
    extras_ += '}';
    return extras_;
  }
  settle_repeated_extras();
  merged_.clear();
  merged_.reserve(properties_.size() + extras_.size() + extra_list_.size() + 2);
  if (properties_.empty()) {
    merged_ += '{';
  } else {
    merged_.append(properties_, 0, properties_.size() - 1);
  }
  for (const Extra& extra : extra_list_) {
    if (extra.is_dropped) continue;
    if (merged_.size() > 1) merged_ += ',';
    merged_.append(extras_, extra.begin, extra.end - extra.begin);
  }
  append_moved();
  merged_ += '}';
  return merged_;
}

void Draft::append_moved() {
  char before = '{';
  for (const Extra& extra : extra_list_) {
    if (!extra.is_moved) continue;
    if (before == '{') merged_.append(",\"").append(kItemProperty).append("\":");
    merged_ += before;
    merged_.append(extras_, extra.begin, extra.end - extra.begin);
    before = ',';
  }
  if (before == ',') merged_ += '}';
}

void Draft::copy_texts(Record& record) const {
  record.name = text(TextField::kName);
  record.kind = text(TextField::kKind);
  if (record.kind.empty()) record.kind = default_kind(record.name);
  record.url = text(TextField::kUrl);
  record.referrer = text(TextField::kReferrer);
  record.user_id = text(TextField::kUserId);
  record.anonymous_id = text(TextField::kAnonymousId);
  record.session_id = text(TextField::kSessionId);
}

}  // namespace penstock::event
