#include "adapter/contract/completion.h"

#include "base/text.h"
#include "base/utf8.h"
#include "event/fields.h"
#include "event/kind.h"
#include "event/limits.h"
#include "http/client_address.h"

namespace penstock::adapter {
namespace {

using event::TextField;

}  // namespace

Completion::Completion(const Origin& origin, std::string_view source, Workspace& workspace,
                       RecordSink& sink)
    : origin_(origin),
      source_(source),
      workspace_(workspace),
      sink_(sink),
      user_agent_(utf8_prefix(as_utf8(origin.user_agent, workspace.user_agent),
                              event::kUserAgentBytesMax)) {}

Completion::End Completion::add_draft() {
  event::Draft& draft = workspace_.draft;
  event::Record record;
  settle_connection(record);
  if (hides_address_) record.ip = {};
  settle_name();
  settle_id(record);
  if (draft.fault()) return End::kInvalid;
  draft.copy_texts(record);
  record.properties = draft.properties();
  bytes_ += event::bytes_of(record);
  if (bytes_ > origin_.record_bytes_max) return End::kRequestTooLarge;
  id_ = record.id;
  return sink_.add(record) ? End::kAdded : End::kEventTooLarge;
}

// A browser may not choose the address or the user agent under which it is counted; what it says
// about them is kept, but as a property.
void Completion::settle_connection(event::Record& record) {
  event::Draft& draft = workspace_.draft;
  record.project = origin_.project;
  record.source = source_;
  if (!hides_connection_) record.ip = origin_.ip;
  record.user_agent = user_agent_;
  if (!origin_.is_server_side) {
    draft.keep_field(TextField::kIp);
    draft.keep_field(TextField::kUserAgent);
    return;
  }
  if (const std::string_view ip = draft.text(TextField::kIp); !ip.empty()) {
    const auto address = http::Address::parse(trim(ip));
    if (!address) draft.blame({event::member_name(TextField::kIp), "is not an address"});
    // One visitor is one address, however it is spelled.
    workspace_.client_ip = address ? address->text() : std::string();
    record.ip = workspace_.client_ip;
  }
  if (const std::string_view agent = draft.text(TextField::kUserAgent); !agent.empty()) {
    record.user_agent = utf8_prefix(agent, event::kUserAgentBytesMax);
  }
}

void Completion::settle_name() {
  event::Draft& draft = workspace_.draft;
  if (!draft.text(TextField::kName).empty()) return;
  // Who names an event, and by nothing, did not mean a page view.
  if (draft.was_given(TextField::kName)) {
    draft.blame({event::member_name(TextField::kName), "is empty"});
  } else if (draft.text(TextField::kUrl).empty()) {
    draft.blame({"", "has neither a name nor a url"});
  } else {
    draft.name_pageview();
  }
}

void Completion::settle_id(event::Record& record) {
  event::Draft& draft = workspace_.draft;
  const auto time = draft.settle_time(origin_.received_at_ms, origin_.is_server_side);
  record.received_at_ms = origin_.received_at_ms;
  record.occurred_at_ms = time.value_or(origin_.received_at_ms);
  std::string_view client_id = draft.text(TextField::kId);
  if (client_id.empty() && !origin_.piece.id.empty()) {
    name_ = str_cat(origin_.piece.id, "/", ++unnamed_);
    client_id = name_;
  }
  if (client_id.empty()) {
    record.id = workspace_.ids.make(record.occurred_at_ms);
  } else {
    record.id = event::id_of_client(origin_.project, client_id,
                                    time.value_or(event::start_of_day(origin_.received_at_ms)));
  }
}

ReadOutcome refusal(std::uint16_t status, std::string_view error, std::string detail) {
  ReadOutcome outcome;
  outcome.status = status;
  outcome.error = error;
  outcome.detail = std::move(detail);
  return outcome;
}

std::string to_text(const event::Fault& fault) {
  if (fault.member.empty()) return std::string(fault.problem);
  return str_cat(fault.member, " ", fault.problem);
}

std::string_view as_utf8(std::string_view text, std::string& buffer) {
  if (is_valid_utf8(text)) return text;
  buffer.clear();
  append_valid_utf8(buffer, text);
  return buffer;
}

}  // namespace penstock::adapter
