#include "queue/redis/topology.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "queue/redis/reply.h"

namespace penstock::queue {
namespace {

class FixedTopology final : public RedisTopology {
 public:
  explicit FixedTopology(const RedisAddress& address) : address_(address) {}
  Result<RedisAddress> next_address() override { return address_; }
  void on_redirect(const RedisAddress& /*to*/) override {}
  void on_failover() override {}

 private:
  const RedisAddress address_;
};

// "MOVED 3999 10.0.0.7:6381": the last word is host and port.
std::optional<RedisAddress> redirect_of(std::string_view error_text) {
  if (!error_text.starts_with("MOVED ") && !error_text.starts_with("ASK ")) return std::nullopt;
  const std::string_view place = error_text.substr(error_text.rfind(' ') + 1);
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = parse_int(place.substr(colon + 1));
  if (!port || *port < 1 || *port > 65'535) return std::nullopt;
  RedisAddress address;
  address.host = place.substr(0, colon);
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

}  // namespace

std::unique_ptr<RedisTopology> fixed_topology(const RedisAddress& address) {
  return std::make_unique<FixedTopology>(address);
}

void learn_from_error(RedisTopology& topology, std::string_view error_text) {
  if (const auto to = redirect_of(error_text)) return topology.on_redirect(*to);
  if (refusal_of(error_text) == WriteRefusal::kNotHere) topology.on_failover();
}

}  // namespace penstock::queue
