#include "queue/redis/down_report.h"

#include "base/log.h"

namespace penstock::queue {

void DownReport::add_failure(const std::string& address, const Error& error) {
  const bool is_for_a_person = error.code == ErrorCode::kConfiguration;
  const std::string text = to_text(error);
  if (!told_.empty() && (!is_for_a_person || text == told_)) return;
  told_ = text;
  const auto log = is_for_a_person ? log_error : log_warn;
  log("redis", "not connected", {{"to", address}, {"error", text}});
}

void DownReport::set_up(const std::string& address) {
  if (!told_.empty()) log_info("redis", "connected", {{"to", address}});
  told_.clear();
}

}  // namespace penstock::queue
