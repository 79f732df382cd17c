#include "enrich/country.h"

#include <cstring>

#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace penstock::enrich {
namespace {

// Never routed on the internet: RFC 1918, 6598, 3927, 1122. A database that lists them is mistaken.
bool is_private_v4(std::uint32_t ip) {
  return ip >> 24 == 10 || ip >> 24 == 127 || ip >> 24 == 0 || ip >> 20 == 0xac1 ||
         ip >> 16 == 0xc0a8 || ip >> 22 == 0x191 || ip >> 16 == 0xa9fe;
}

bool is_private_v6(const in6_addr& ip) {
  return IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_LINKLOCAL(&ip) || IN6_IS_ADDR_UNSPECIFIED(&ip) ||
         (ip.s6_addr[0] & 0xfe) == 0xfc;
}

// False for what is no address or a private one.
bool parse_public(std::string_view text, sockaddr_storage& address) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof buffer) return false;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';

  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  if (inet_pton(AF_INET, buffer, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    return !is_private_v4(ntohl(v4.sin_addr.s_addr));
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  if (inet_pton(AF_INET6, buffer, &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  return !is_private_v6(v6.sin6_addr);
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

struct CountryFinder::Database {
  MMDB_s mmdb{};
  bool is_open = false;
  ~Database() {
    if (is_open) MMDB_close(&mmdb);
  }
};

CountryFinder::CountryFinder(std::unique_ptr<Database> database) : database_(std::move(database)) {}
CountryFinder::~CountryFinder() = default;

Result<std::unique_ptr<CountryFinder>> CountryFinder::open(const std::string& path) {
  auto database = std::make_unique<Database>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database->mmdb);
  if (status != MMDB_SUCCESS) {
    return fail(ErrorCode::kConfiguration, status, "open the GeoIP database");
  }
  database->is_open = true;
  return std::unique_ptr<CountryFinder>(new CountryFinder(std::move(database)));
}

std::string_view CountryFinder::country(std::string_view ip) const {
  sockaddr_storage address{};
  if (!parse_public(ip, address)) return {};
  int status = MMDB_SUCCESS;
  MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(&database_->mmdb, reinterpret_cast<const sockaddr*>(&address), &status);
  if (status != MMDB_SUCCESS || !found.found_entry) return {};

  MMDB_entry_data_s value{};
  const char* const steps[] = {"country", "iso_code", nullptr};
  status = MMDB_aget_value(&found.entry, &value, steps);
  if (status != MMDB_SUCCESS || !value.has_data || value.type != MMDB_DATA_TYPE_UTF8_STRING) {
    return {};
  }
  const std::string_view code(value.utf8_string, value.data_size);
  return code.size() == 2 && is_upper(code[0]) && is_upper(code[1]) ? code : std::string_view{};
}

}  // namespace penstock::enrich
