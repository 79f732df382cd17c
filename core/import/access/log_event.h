// The event of a line of an access log.
#pragma once

#include <string>
#include <string_view>

#include "adapter/contract/item_reader.h"
#include "import/access/log_fields.h"
#include "import/contract/row_reader.h"

namespace penstock::importing {

// Of one format and file; reusable.
class LogEvent {
 public:
  // Borrows `options`.
  explicit LogEvent(const FormatOptions& options) : options_(options) {}

  // Begins and ends the reader's item. What is wrong with the line is rejected there.
  void make(const LogFields& fields, adapter::ItemReader& reader);

 private:
  bool set_time(const LogFields& fields, adapter::Item& item);
  void split_request(const LogFields& fields);
  void make_url(const LogFields& fields);
  void keep_rest(const LogFields& fields, adapter::Item& item);

  const FormatOptions& options_;
  std::string method_;
  std::string uri_;
  std::string protocol_;
  std::string url_;
  std::string time_;
  std::string agent_;
  std::string referrer_;
};

}  // namespace penstock::importing
