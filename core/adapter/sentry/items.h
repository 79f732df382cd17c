// What each type of an envelope's items becomes.
#pragma once

#include <string>
#include <string_view>

#include "adapter/contract/item_reader.h"
#include "adapter/sentry/envelope.h"

namespace penstock::adapter {

// Of all types together; also what the guide shows.
inline constexpr Rule kSentryRules[] = {
    {"event_id", Place::kId},
    {"type", Place::kType},
    {"timestamp", Place::kTime},
    {"start_timestamp", Place::kTime},
    {"started", Place::kTime},
    {"request.url", Place::kUrl},
    {"contexts.feedback.url", Place::kUrl},
    {"attributes.url.full.value", Place::kUrl},
    {"request.headers.Referer", Place::kReferrer},
    {"request.headers.referer", Place::kReferrer},
    {"request.headers.User-Agent", Place::kUserAgent},
    {"request.headers.user-agent", Place::kUserAgent},
    {"attrs.user_agent", Place::kUserAgent},
    {"user.ip_address", Place::kIp},
    {"attrs.ip_address", Place::kIp},
    {"attributes.user.ip_address.value", Place::kIp},
    {"user.id", Place::kUserId},
    {"did", Place::kUserId},
    {"attributes.user.id.value", Place::kUserId},
    {"sid", Place::kSessionId},
    {"attributes.session.id.value", Place::kSessionId},
    {"check_in_id", Place::kSeen},
    {"monitor_slug", Place::kSeen},
    {"status", Place::kSeen},
    {"seq", Place::kSeen},
    {"transaction", Place::kSeen},
    {"trace_id", Place::kSeen},
    {"span_id", Place::kSeen},
    {"name", Place::kSeen},
    {"level", Place::kSeen},
    {"op", Place::kSeen},
};

extern const ItemShape kSentryShape;

// An attachment of more bytes is described, and its bytes are not kept.
inline constexpr std::size_t kAttachmentBytesMax = 64 << 10;

// An event's id as clients write it, a UUID, in the form that is answered.
std::string without_dashes(std::string_view id);

// Reads the items of one request into its reader. Borrows everything.
class SentryItems {
 public:
  SentryItems(ItemReader& reader, const Context& context)
      : reader_(reader), context_(context), workspace_(context.workspace) {}

  // False: the request is refused, and no more may follow. Types that are not known are passed
  // over. `event_id` is the envelope's.
  bool take(const EnvelopeItem& item, std::string_view event_id);

  // Of the last error or transaction; "" where it had none.
  const std::string& event_id() const { return event_id_; }

 private:
  bool take_one(std::string_view type, std::string_view json);
  bool take_list(std::string_view type, std::string_view json);
  bool take_attachment(const EnvelopeItem& item, std::string_view event_id);
  Result<void> read_list(json::Value& root, std::string_view type);
  Result<void> take_value(std::string_view type, json::Value& value);
  void make_id(std::string_view type, Item& item);
  bool end(std::string_view type);

  ItemReader& reader_;
  Item* item_ = nullptr;  // That was begun last.
  const Context& context_;
  Workspace& workspace_;
  std::string event_id_;
  std::string id_;  // Made of several texts.
  std::string repaired_;
  std::string time_;
  std::uint32_t attachments_ = 0;
  bool is_stopped_ = false;
};

}  // namespace penstock::adapter
