// A request's log records on their way into events: one each, with what their scope and their
// resource have in common. Of what comes as protobuf each message is read as OTLP's JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/contract/item_reader.h"
#include "adapter/contract/protocol.h"
#include "adapter/otlp/protobuf_json.h"

namespace penstock::adapter {

// Also what the guide shows.
inline constexpr Rule kLogRecordRules[] = {
    {"timeUnixNano", Place::kTime},
    {"observedTimeUnixNano", Place::kTime},
    {"eventName", Place::kName},
    {"attributes.event.name", Place::kName},
    {"severityText", Place::kSeen},
    {"severityNumber", Place::kSeen},
    {"traceId", Place::kSeen},
    {"spanId", Place::kSeen},
    {"attributes.url.full", Place::kUrl},
    {"attributes.http.url", Place::kUrl},
    {"attributes.http.request.header.referer", Place::kReferrer},
    {"attributes.user.id", Place::kUserId},
    {"attributes.enduser.id", Place::kUserId},
    {"attributes.session.id", Place::kSessionId},
    {"attributes.client.address", Place::kIp},
    {"attributes.http.client_ip", Place::kIp},
    {"attributes.user_agent.original", Place::kUserAgent},
    {"attributes.http.user_agent", Place::kUserAgent},
    {"attributes.exception.type", Place::kSeen},
    {"attributes.exception.message", Place::kSeen},
};

// SEVERITY_NUMBER_ERROR: from here on a record with an exception is an error.
inline constexpr int kErrorSeverity = 17;

// For one request. Borrows everything.
class LogReader {
 public:
  LogReader(std::string_view source, const Context& context);

  void read_json(std::string_view body);
  void read_protobuf(std::string_view body);

  // Once, at the end.
  ReadOutcome outcome();

 private:
  using Kept = std::vector<std::pair<std::string, std::string>>;  // Names, and JSON.

  void begin_request(std::string_view body);
  Result<void> take_resource_logs(json::Value& logs);
  Result<void> take_scope_logs(json::Value& logs);
  Result<void> take_json_record(json::Value& record);
  void read_resource_logs(std::string_view logs);
  void read_scope_logs(std::string_view logs);
  void read_record(std::string_view record);
  void read_message(OtlpMessage message, std::string_view bytes,
                    FunctionRef<Result<void>(json::Value& root)> visit);

  Result<void> take_resource(json::Value& resource);
  Result<void> take_scope(json::Value& scope);
  Result<void> keep_of_resource(std::string_view key, json::Value& value);
  Result<void> keep_of_scope(std::string_view key, json::Value& value);
  void begin_records();
  Result<void> take_record(json::Value& record);
  Result<void> take_value(std::string_view key, json::Value& value, bool is_attribute);
  Result<void> take_typed(std::string_view key, std::string_view type, json::Value& inner,
                          bool is_attribute);
  bool end_record();
  void settle_id();
  void settle_error();
  void refuse(std::string_view error, std::string detail);
  bool is_over() const { return is_stopped_ || !broken_.error.empty(); }

  ItemReader reader_;
  const Origin& origin_;
  Workspace& workspace_;
  Item* item_ = nullptr;  // That was begun last.
  std::string request_;   // A digest of it, the beginning of its records' ids.
  Kept resource_;         // What all its records have.
  std::string scope_;     // The members of its JSON.
  std::string release_;
  std::string environment_;
  std::string plain_;
  std::string id_;
  std::uint32_t count_ = 0;  // Of records begun.
  bool is_stopped_ = false;
  ReadOutcome broken_;  // The refusal of the request, where it is no request at all.
};

}  // namespace penstock::adapter
