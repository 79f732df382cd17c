#include "adapter/adapter.h"
#include "adapter/completion.h"
#include "base/check.h"
#include "base/text.h"
#include "event/limits.h"
#include "http/target.h"

namespace penstock::adapter {
namespace {

using event::TextField;

// A bad byte becomes three.
constexpr std::size_t kRepairFactor = 3;

// Copies `text`, repaired, behind what `buffer` holds. Requires the capacity: earlier copies are
// lent out and must not move.
std::string_view copy_text(std::string& buffer, std::string_view text) {
  const std::size_t begin = buffer.size();
  if (is_valid_utf8(text)) {
    buffer += text;
  } else {
    append_valid_utf8(buffer, text);
  }
  return std::string_view(buffer).substr(begin);
}

}  // namespace

Outcome read_form(std::string_view pairs, std::string_view source, const Origin& origin,
                  Workspace& workspace, RecordSink& sink) {
  pairs = without_byte_order_mark(pairs);
  event::Draft& draft = workspace.draft;
  std::string& texts = workspace.scratch;
  texts.clear();
  texts.reserve(kRepairFactor * (pairs.size() + origin.referrer.size()));
  draft.clear();
  const auto read = http::for_each_pair(
      pairs, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (name == "key") return {};
        const std::string_view own_name = copy_text(texts, name);
        draft.take_text(own_name, copy_text(texts, value));
        return {};
      });
  PENSTOCK_CHECK(read);  // The visitor does not fail, and no form is malformed.
  if (draft.text(TextField::kUrl).empty() && !origin.referrer.empty()) {
    draft.set_text(TextField::kUrl, copy_text(texts, origin.referrer));
  }

  Completion completion(origin, source, workspace, sink);
  switch (completion.add_draft()) {
    case Completion::End::kAdded:
      break;
    case Completion::End::kInvalid:
      return refusal(422, kInvalidEventError, to_text(*draft.fault()));
    case Completion::End::kEventTooLarge:
    case Completion::End::kRequestTooLarge:
      return refusal(413, kEventTooLargeError, "the event is larger than ingest.max_event_bytes");
  }
  Outcome outcome;
  outcome.status = source == "pixel" ? 200 : 204;
  outcome.accepted = 1;
  return outcome;
}

}  // namespace penstock::adapter
