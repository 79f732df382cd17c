#include "adapter/posthog/exception.h"

#include "adapter/errors/error_reader.h"

namespace penstock::adapter {
namespace {

constexpr Pick kPicks[] = {
    {"properties.$exception_list", Part::kError},
    {"properties.$exception_list.type", Part::kClass},
    {"properties.$exception_list.value", Part::kMessage},
    {"properties.$exception_list.mechanism.handled", Part::kHandled},
    {"properties.$exception_list.stacktrace.frames", Part::kFrame},
    {"properties.$exception_list.stacktrace.frames.filename", Part::kFile},
    {"properties.$exception_list.stacktrace.frames.abs_path", Part::kFile},
    {"properties.$exception_list.stacktrace.frames.module", Part::kFile},
    {"properties.$exception_list.stacktrace.frames.function", Part::kFunction},
    {"properties.$exception_list.stacktrace.frames.lineno", Part::kLine},
    {"properties.$exception_list.stacktrace.frames.in_app", Part::kIsOwn},
    // Of libraries from before the list.
    {"properties.$exception_type", Part::kClass},
    {"properties.$exception_message", Part::kMessage},
    {"properties.$exception_fingerprint", Part::kFingerprint},
    {"properties.$exception_level", Part::kLevel},
    {"properties.$exception_steps", Part::kBreadcrumbs},
    {"properties.$app_version", Part::kRelease},
};
constexpr ErrorShape kErrors{.picks = kPicks, .is_innermost_frame_first = false};

// Deeper than what the application says of the error beside the list: that stands in kItemProperty.
constexpr std::uint8_t kShapeDepth = 3;

}  // namespace

Result<void> take_posthog_event(json::Value& value, Item& item, const Context& context) {
  PENSTOCK_TRY(item.take(value));
  if (item.text(Place::kName) != kPosthogException) return {};
  value.rewind();
  ErrorReport report(kErrors);
  PENSTOCK_TRY(report.take(value));
  if (report.name().empty()) return {};
  item.set(Place::kName, report.name());
  event::Draft& draft = context.workspace.draft;
  const std::uint8_t depth = draft.depth();
  draft.set_depth(kShapeDepth);
  report.put(draft, rules_of_project(item, context));
  draft.set_depth(depth);
  return {};
}

}  // namespace penstock::adapter
