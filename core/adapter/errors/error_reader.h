// A tracker's report of an error, taken apart by a table of paths into the shape of README.md.
//
// What a path leads to may be alone or in an array: "exception.values.type" is the type of each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/mapping.h"
#include "adapter/contract/protocol.h"
#include "adapter/errors/fingerprint.h"
#include "event/draft.h"
#include "json/reader.h"

namespace penstock::adapter {

enum class Part : std::uint8_t {
  kError,       // An object: an error of the chain.
  kInnerError,  // The same, whose members' paths are those of the error around it.
  kFrame,       // An object: a frame of the error around it.
  kClass,
  kMessage,
  kFile,  // Of picks for one part the first counts whose text is not empty.
  kFunction,
  kLine,
  kIsOwn,
  kFingerprint,  // A text, or several.
  kRelease,
  kEnvironment,
  kLevel,
  kHandled,
  kUnhandled,
  kBreadcrumbs,  // An array, kept as it is.
  kName,         // What it is called where there is neither a class nor a message.
  kUser,         // An object, kept as it is; what it calls its id, email and name is added.
};

struct Pick {
  std::string_view path;
  Part part;
};

struct ErrorShape {
  std::span<const Pick> picks;  // 64 at most.
  bool is_outermost_first = true;
  bool is_innermost_frame_first = true;
  bool ignores_case = false;
};

// More of them are left to the report itself.
inline constexpr std::size_t kErrorsMax = 16;
inline constexpr std::size_t kFramesMax = 128;

// One report. Its texts are lent by the document.
class ErrorReport {
 public:
  explicit ErrorReport(const ErrorShape& shape) : shape_(shape) {}

  // Takes what the picks lead to. Fails only where the document does.
  Result<void> take(json::Value& report);

  // Of the outermost error; the class is empty where there is none.
  std::string_view class_name() const;
  std::string_view message() const;
  // What the event is called: the class, else the message, else what kName found.
  std::string_view name() const;

  // Puts the shape into the draft, over members of the report, which `draft` has already, with a
  // fingerprint by those rules.
  void put(event::Draft& draft, int fingerprint_rules) const;

 private:
  using Candidates = std::uint64_t;  // A bit a pick.
  struct Spot {
    std::optional<Part> part;
    std::size_t rank = 0;  // The pick's.
    Candidates deeper = 0;
    std::size_t path_bytes = 0;  // Of the picks' paths, up to what stands below.
  };
  struct Choice {
    std::string_view text;
    std::size_t rank = 0;

    void offer(std::string_view other, std::size_t other_rank);
  };
  struct Thrown {
    Choice class_name;
    Choice message;
    std::vector<Frame> frames;
    std::optional<bool> is_handled;
  };
  struct Sent {
    std::string_view key;
    std::string json;
  };

  Spot spot_of(std::string_view key, std::size_t path_bytes, Candidates candidates) const;
  Result<void> take_member(std::string_view key, json::Value& value, const Spot& around);
  Result<void> take_value(json::Value& value, const Spot& spot, const Spot& around);
  Result<void> take_object(json::Value& object, const Spot& spot, const Spot& around);
  Result<void> take_scalar(json::Value& value, const Spot& spot);
  Result<void> take_user(json::Value& user);
  void take_text(Part part, std::size_t rank, std::string_view text);
  void take_frame_text(Part part, std::size_t rank, std::string_view text);
  void take_bool(Part part, bool truth);
  Result<void> remember(std::string_view key, json::Value& value);
  // Inside an error, that one; else what the report says beside them.
  Thrown& current() { return error_ ? errors_[*error_] : beside_; }
  const Thrown& outermost() const;
  std::vector<Frame> frames_of(const Thrown& thrown) const;
  void put_frames(event::Draft& draft, std::span<const Frame> frames) const;
  void put_causes(event::Draft& draft) const;
  void put_fingerprint(event::Draft& draft, std::span<const Frame> frames, int rules) const;
  void put_sent(event::Draft& draft) const;
  bool says_otherwise(const Sent& sent) const;

  const ErrorShape& shape_;
  std::vector<Thrown> errors_;
  Thrown beside_;
  std::optional<std::size_t> error_;  // In which reading is.
  Frame* frame_ = nullptr;
  std::array<Choice, 3> frame_texts_;  // Its file, function and line.
  std::vector<std::string_view> fingerprint_;
  Choice release_;
  Choice name_;
  Choice environment_;
  Choice level_;
  std::string breadcrumbs_;
  std::string user_;
  std::vector<Sent> sent_;
};

// The fingerprints' rules of an item's project, which is opened if the key stands in the item.
// Requires that the item was taken.
int rules_of_project(const Item& item, const Context& context);

// For ItemShape::take: reads the report, then the item, and puts the shape over it. The item's name
// and kind are set; one without a name is the draft's fault.
Result<void> take_error(json::Value& value, const ErrorShape& shape, Item& item,
                        const Context& context);

// The same, as a member of an ItemShape.
template <const ErrorShape& shape>
Result<void> take_error_of(json::Value& value, Item& item, const Context& context) {
  return take_error(value, shape, item, context);
}

}  // namespace penstock::adapter
