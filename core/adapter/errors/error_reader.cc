#include "adapter/errors/error_reader.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/json_text.h"
#include "base/text.h"
#include "event/limits.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kFingerprint = "fingerprint";
constexpr std::string_view kMessage = "message";
constexpr std::string_view kRelease = "release";
constexpr std::string_view kEnvironment = "environment";
constexpr std::string_view kLevel = "level";
constexpr std::string_view kBreadcrumbs = "breadcrumbs";
constexpr std::string_view kUser = "user";
constexpr std::string_view kSent = "sent";
constexpr std::string_view kShapeNames[] = {
    kFingerprint, "fingerprint_rules", "class", kMessage,  "frames",     "causes",
    kRelease,     kEnvironment,        kLevel,  "handled", kBreadcrumbs, kUser,
    kSent};

// Sentry's word for what it would have made itself.
constexpr std::string_view kDefaultFingerprint = "{{ default }}";
constexpr std::size_t kFingerprintBytesMax = 256;
constexpr std::size_t kFingerprintPartsMax = 16;
constexpr std::size_t kPicksMax = 64;

bool is_shape_name(std::string_view key) {
  return std::find(std::begin(kShapeNames), std::end(kShapeNames), key) != std::end(kShapeNames);
}

bool is_same(std::string_view a, std::string_view b, bool ignores_case) {
  return ignores_case ? equals_ignoring_case(a, b) : a == b;
}

// Of two that are not the same nearly always false, by the last letter of `key` alone.
bool may_be_same(std::string_view path, std::string_view key) {
  return key.empty() || ((path[key.size() - 1] ^ key.back()) & ~0x20) == 0;
}

std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

void put_text(event::Draft& draft, std::string_view name, std::string_view text) {
  if (!text.empty()) draft.keep_text(name, text);
}

// What trackers call a user's members.
enum class UserPart : std::uint8_t { kId, kEmail, kName };
constexpr std::string_view kUserNames[] = {"id", "email", "name"};
std::optional<UserPart> user_part(std::string_view key) {
  for (const auto& [name, part] : {std::pair<std::string_view, UserPart>("id", UserPart::kId),
                                   {"identifier", UserPart::kId},
                                   {"uuid", UserPart::kId},
                                   {"email", UserPart::kEmail},
                                   {"name", UserPart::kName},
                                   {"username", UserPart::kName},
                                   {"fullname", UserPart::kName}}) {
    if (equals_ignoring_case(key, name)) return part;
  }
  return std::nullopt;
}

}  // namespace

Result<void> ErrorReport::take(json::Value& report) {
  PENSTOCK_CHECK(shape_.picks.size() <= kPicksMax);
  if (report.kind() != json::Kind::kObject) return {};
  Spot root;
  root.deeper = shape_.picks.size() == kPicksMax ? ~Candidates{0}
                                                 : (Candidates{1} << shape_.picks.size()) - 1;
  const auto taken = report.members([&](std::string_view key, json::Value& value) -> Result<void> {
    PENSTOCK_TRY(remember(key, value));
    return take_member(key, value, root);
  });
  // What holds a list of errors and is none itself.
  std::erase_if(errors_, [](const Thrown& thrown) {
    return thrown.class_name.text.empty() && thrown.message.text.empty() && thrown.frames.empty();
  });
  return taken;
}

// A member of the report that the shape's own will hide. Of members with one name the last counts.
Result<void> ErrorReport::remember(std::string_view key, json::Value& value) {
  if (!is_shape_name(key)) return {};
  auto sent = std::find_if(sent_.begin(), sent_.end(),
                           [&](const Sent& earlier) { return earlier.key == key; });
  if (sent == sent_.end()) sent = sent_.insert(sent, Sent{key, {}});
  sent->json.clear();
  if (value.kind() == json::Kind::kString) {
    const auto text = value.string();
    if (!text) return fail(text.error());
    append_json_string(sent->json, *text);
    return {};
  }
  // The item as a whole is refused where it nests too deep.
  if (!value.append_to(sent->json, event::kPropertiesDepthMax - 2)) sent->json = "null";
  if (value.kind() == json::Kind::kObject || value.kind() == json::Kind::kArray) value.rewind();
  return {};
}

ErrorReport::Spot ErrorReport::spot_of(std::string_view key, std::size_t path_bytes,
                                       Candidates candidates) const {
  Spot spot;
  spot.path_bytes = path_bytes + key.size() + 1;
  for (; candidates != 0; candidates &= candidates - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(candidates));
    const std::string_view path = shape_.picks[i].path.substr(path_bytes);
    if (path.size() < key.size() || !may_be_same(path, key)) continue;
    if (!is_same(path.substr(0, key.size()), key, shape_.ignores_case)) continue;
    if (path.size() == key.size()) {
      spot.part = shape_.picks[i].part;
      spot.rank = i;
    } else if (path[key.size()] == '.') {
      spot.deeper |= Candidates{1} << i;
    }
  }
  return spot;
}

Result<void> ErrorReport::take_member(std::string_view key, json::Value& value,
                                      const Spot& around) {
  const Spot spot = spot_of(key, around.path_bytes, around.deeper);
  if (!spot.part && spot.deeper == 0) return {};
  return take_value(value, spot, around);
}

Result<void> ErrorReport::take_value(json::Value& value, const Spot& spot, const Spot& around) {
  switch (value.kind()) {
    case json::Kind::kArray:
      if (spot.part == Part::kBreadcrumbs) {
        breadcrumbs_.clear();
        static_cast<void>(value.append_to(breadcrumbs_, event::kPropertiesDepthMax - 1));
        return {};
      }
      // An array in an array is nobody's list of anything.
      return value.elements([&](json::Value& element) -> Result<void> {
        if (element.kind() == json::Kind::kArray) return {};
        return take_value(element, spot, around);
      });
    case json::Kind::kObject:
      return take_object(value, spot, around);
    case json::Kind::kNull:
      return {};
    case json::Kind::kString:
    case json::Kind::kNumber:
    case json::Kind::kBool:
      break;
  }
  return spot.part ? take_scalar(value, spot) : Result<void>();
}

Result<void> ErrorReport::take_object(json::Value& object, const Spot& spot, const Spot& around) {
  if (spot.part == Part::kUser) return take_user(object);
  const auto take_below = [&](const Spot& below) {
    return object.members(
        [&](std::string_view key, json::Value& value) { return take_member(key, value, below); });
  };
  if (spot.part == Part::kFrame) {
    std::vector<Frame>& frames = current().frames;
    if (shape_.is_innermost_frame_first) {
      if (frames.size() == kFramesMax) return {};
    } else if (frames.size() == 2 * kFramesMax) {
      frames.erase(frames.begin(), frames.begin() + kFramesMax);
    }
    frame_ = &frames.emplace_back();
    frame_texts_ = {};
    const auto taken = take_below(spot);
    frame_ = nullptr;
    return taken;
  }
  if (spot.part != Part::kError && spot.part != Part::kInnerError) return take_below(spot);
  if (errors_.size() < kErrorsMax) {
    errors_.emplace_back();
  } else if (shape_.is_outermost_first) {
    return {};
  } else {
    errors_.back() = {};
  }
  const auto around_error = std::exchange(error_, errors_.size() - 1);
  const auto taken = take_below(spot.part == Part::kInnerError ? around : spot);
  error_ = around_error;
  return taken;
}

Result<void> ErrorReport::take_scalar(json::Value& value, const Spot& spot) {
  if (value.kind() == json::Kind::kBool) {
    const auto truth = value.boolean();
    if (!truth) return fail(truth.error());
    take_bool(*spot.part, *truth);
    return {};
  }
  const auto text = value.kind() == json::Kind::kString ? value.string() : value.raw(1);
  if (!text) return fail(text.error());
  take_text(*spot.part, spot.rank, *text);
  return {};
}

void ErrorReport::take_bool(Part part, bool truth) {
  if (part == Part::kHandled) current().is_handled = truth;
  if (part == Part::kUnhandled) current().is_handled = !truth;
  if (part == Part::kIsOwn && frame_ != nullptr) frame_->is_own = truth;
}

void ErrorReport::Choice::offer(std::string_view other, std::size_t other_rank) {
  if (other.empty() || (!text.empty() && rank <= other_rank)) return;
  text = other;
  rank = other_rank;
}

void ErrorReport::take_frame_text(Part part, std::size_t rank, std::string_view text) {
  if (frame_ == nullptr) return;
  frame_texts_[part == Part::kFile ? 0 : part == Part::kFunction ? 1 : 2].offer(text, rank);
  frame_->file = frame_texts_[0].text;
  frame_->function = frame_texts_[1].text;
  frame_->line = frame_texts_[2].text;
}

void ErrorReport::take_text(Part part, std::size_t rank, std::string_view text) {
  switch (part) {
    case Part::kClass:
      return current().class_name.offer(text, rank);
    case Part::kMessage:
      return current().message.offer(text, rank);
    case Part::kRelease:
      return release_.offer(text, rank);
    case Part::kEnvironment:
      return environment_.offer(text, rank);
    case Part::kLevel:
      return level_.offer(text, rank);
    case Part::kName:
      return name_.offer(text, rank);
    case Part::kFingerprint:
      if (!text.empty() && fingerprint_.size() < kFingerprintPartsMax) fingerprint_.push_back(text);
      return;
    case Part::kFile:
    case Part::kFunction:
    case Part::kLine:
      return take_frame_text(part, rank, text);
    case Part::kError:
    case Part::kInnerError:
    case Part::kFrame:
    case Part::kIsOwn:
    case Part::kHandled:
    case Part::kUnhandled:
    case Part::kBreadcrumbs:
    case Part::kUser:
      break;
  }
}

Result<void> ErrorReport::take_user(json::Value& user) {
  std::string members;
  std::string_view texts[std::size(kUserNames)];
  bool has_own[std::size(kUserNames)] = {};
  PENSTOCK_TRY(user.members([&](std::string_view key, json::Value& value) -> Result<void> {
    std::string json;
    if (value.kind() == json::Kind::kString || value.kind() == json::Kind::kNumber) {
      const bool is_text = value.kind() == json::Kind::kString;
      const auto text = is_text ? value.string() : value.raw(1);
      if (!text) return fail(text.error());
      json = is_text ? quoted(*text) : std::string(*text);
      if (const auto part = user_part(key)) {
        const auto i = static_cast<std::size_t>(*part);
        if (texts[i].empty()) texts[i] = *text;
      }
    } else if (!value.append_to(json, event::kPropertiesDepthMax - 2)) {
      return {};  // The item as a whole nests too deep.
    }
    for (std::size_t i = 0; i < std::size(kUserNames); ++i) has_own[i] |= key == kUserNames[i];
    members += members.empty() ? "" : ",";
    members += quoted(key);
    members += ':';
    members += json;
    return {};
  }));
  for (std::size_t i = 0; i < std::size(kUserNames); ++i) {
    if (has_own[i] || texts[i].empty()) continue;
    members += str_cat(members.empty() ? "" : ",", quoted(kUserNames[i]), ":", quoted(texts[i]));
  }
  user_ = str_cat("{", members, "}");
  return {};
}

const ErrorReport::Thrown& ErrorReport::outermost() const {
  if (errors_.empty()) return beside_;
  return shape_.is_outermost_first ? errors_.front() : errors_.back();
}

std::string_view ErrorReport::class_name() const {
  return outermost().class_name.text.empty() ? beside_.class_name.text
                                             : outermost().class_name.text;
}

std::string_view ErrorReport::message() const {
  return outermost().message.text.empty() ? beside_.message.text : outermost().message.text;
}

std::string_view ErrorReport::name() const {
  if (!class_name().empty()) return class_name();
  return message().empty() ? name_.text : message();
}

std::vector<Frame> ErrorReport::frames_of(const Thrown& thrown) const {
  std::vector<Frame> frames = thrown.frames.empty() ? beside_.frames : thrown.frames;
  if (!shape_.is_innermost_frame_first) std::reverse(frames.begin(), frames.end());
  if (frames.size() > kFramesMax) frames.resize(kFramesMax);
  return frames;
}

void ErrorReport::put_frames(event::Draft& draft, std::span<const Frame> frames) const {
  if (frames.empty()) return;
  std::string json;
  json::Writer writer(json);
  writer.begin_array();
  for (const Frame& frame : frames) {
    writer.begin_object();
    if (!frame.file.empty()) writer.member("file", frame.file);
    if (!frame.function.empty()) writer.member("function", frame.function);
    if (const auto line = parse_int(frame.line)) writer.member("line", *line);
    writer.member("in_app", is_own_frame(frame));
    writer.end_object();
  }
  writer.end_array();
  draft.keep("frames", json);
}

void ErrorReport::put_causes(event::Draft& draft) const {
  if (errors_.size() < 2) return;
  std::string json;
  json::Writer writer(json);
  writer.begin_array();
  for (std::size_t i = 1; i < errors_.size(); ++i) {
    const Thrown& cause = shape_.is_outermost_first ? errors_[i] : errors_[errors_.size() - 1 - i];
    writer.begin_object();
    if (!cause.class_name.text.empty()) writer.member("class", cause.class_name.text);
    if (!cause.message.text.empty()) writer.member("message", cause.message.text);
    writer.end_object();
  }
  writer.end_array();
  draft.keep("causes", json);
}

void ErrorReport::put_fingerprint(event::Draft& draft, std::span<const Frame> frames,
                                  int rules) const {
  const bool is_default = std::all_of(
      fingerprint_.begin(), fingerprint_.end(),
      [](std::string_view part) { return part == kDefaultFingerprint || part == "{{default}}"; });
  const std::string made =
      fingerprint_.size() == 1 && !is_default
          ? std::string()
          : fingerprint_of(class_name(), message().empty() ? name_.text : message(), frames, rules);
  if (is_default) {
    draft.keep("fingerprint_rules", str_cat(rules));
    return draft.keep_text(kFingerprint, made);
  }
  std::string own;
  bool is_mixed = false;
  for (const std::string_view part : fingerprint_) {
    const bool is_made = part == kDefaultFingerprint || part == "{{default}}";
    is_mixed |= is_made;
    own += str_cat(own.empty() ? "" : " ", is_made ? made : part);
  }
  if (is_mixed) draft.keep("fingerprint_rules", str_cat(rules));
  // A client's own is one whatever the rules are.
  if (own.size() > kFingerprintBytesMax) {
    own = fingerprint_of(own, "", {}, kFingerprintRulesFirst);
  }
  draft.keep_text(kFingerprint, own);
}

// Whether what was sent cannot be read from what the shape says under the same name.
bool ErrorReport::says_otherwise(const Sent& sent) const {
  if (sent.key == kUser) return user_.empty();
  if (sent.key == kBreadcrumbs) {
    return sent.json != breadcrumbs_ && sent.json != str_cat(R"({"values":)", breadcrumbs_, "}");
  }
  for (const auto& [key, text] : {std::pair(kMessage, message()),
                                  {kRelease, release_.text},
                                  {kEnvironment, environment_.text},
                                  {kLevel, level_.text},
                                  {std::string_view("class"), name()}}) {
    if (sent.key == key) return sent.json != quoted(text);
  }
  if (sent.key == kFingerprint && fingerprint_.size() == 1) {
    return sent.json != str_cat("[", quoted(fingerprint_.front()), "]") &&
           sent.json != quoted(fingerprint_.front());
  }
  return sent.json != "[]" && sent.json != "null" && sent.json != "{}";
}

void ErrorReport::put_sent(event::Draft& draft) const {
  std::string json;
  json::Writer writer(json);
  writer.begin_object();
  bool has_any = false;
  for (const Sent& sent : sent_) {
    if (!says_otherwise(sent)) continue;
    has_any = true;
    writer.key(sent.key).raw(sent.json);
  }
  writer.end_object();
  if (has_any) draft.keep(kSent, json);
}

void ErrorReport::put(event::Draft& draft, int fingerprint_rules) const {
  const std::vector<Frame> frames = frames_of(outermost());
  put_fingerprint(draft, frames, fingerprint_rules);
  put_text(draft, "class", name());
  put_text(draft, kMessage, message());
  put_frames(draft, frames);
  put_causes(draft);
  put_text(draft, kRelease, release_.text);
  put_text(draft, kEnvironment, environment_.text);
  put_text(draft, kLevel, level_.text);
  const auto is_handled = outermost().is_handled ? outermost().is_handled : beside_.is_handled;
  if (is_handled) draft.keep("handled", *is_handled ? "true" : "false");
  if (!breadcrumbs_.empty()) draft.keep(kBreadcrumbs, breadcrumbs_);
  if (!user_.empty()) draft.keep(kUser, user_);
  put_sent(draft);
}

int rules_of_project(const Item& item, const Context& context) {
  const std::string_view key = item.text(Place::kKey);
  // Where it is refused, so is the request.
  if (!key.empty()) static_cast<void>(context.open_project(key));
  return context.origin.fingerprint_rules;
}

Result<void> take_error(json::Value& value, const ErrorShape& shape, Item& item,
                        const Context& context) {
  ErrorReport report(shape);
  PENSTOCK_TRY(report.take(value));
  if (value.kind() == json::Kind::kObject) value.rewind();
  PENSTOCK_TRY(item.take(value));
  item.set_kind("error");
  event::Draft& draft = context.workspace.draft;
  if (report.name().empty()) draft.blame({"", "has neither a class nor a message"});
  item.set(Place::kName, report.name());
  report.put(draft, rules_of_project(item, context));
  return {};
}

}  // namespace penstock::adapter
