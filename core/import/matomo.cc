#include "import/matomo.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arpa/inet.h>

#include "base/text.h"
#include "import/items.h"
#include "import/matomo_actions.h"
#include "import/table_reader.h"

namespace penstock::importing {
namespace {

constexpr std::string_view kInOrder =
    "; dump the tables log_action, log_visit and log_link_visit_action in this order";

// Of log_action; others are parts of an action that are kept by their text alone.
enum ActionType : std::int64_t { kOutlink = 2, kDownload = 3, kSearch = 8 };

// log_action.url_prefix: what the name goes without.
constexpr std::string_view kPrefixes[] = {"http://", "http://www.", "https://", "https://www."};

// What names of log_action stand in the columns of an action.
constexpr Cell kActionNames[] = {
    {"idaction_url", "url"},
    {"idaction_name", "pageTitle"},
    {"idaction_url_ref", "previousUrl"},
    {"idaction_name_ref", "previousTitle"},
    {"idaction_event_category", "eventCategory"},
    {"idaction_event_action", "eventAction"},
    {"idaction_content_name", "contentName"},
    {"idaction_content_piece", "contentPiece"},
    {"idaction_content_target", "contentTarget"},
    {"idaction_content_interaction", "contentInteraction"},
};

// Columns that the API has under other names.
constexpr Cell kOtherNames[] = {
    {"idlink_va", "pageId"},        {"idvisit", "idVisit"},
    {"server_time", "timestamp"},   {"user_id", "userId"},
    {"referer_url", "referrerUrl"}, {"visit_first_action_time", "timestamp"},
};

// Of pairs of names the one for a cell's column; nullptr where there is none.
const Cell* find_name(std::span<const Cell> names, const Cell& cell) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const Cell& pair) { return pair.name == cell.name; });
  return found == names.end() ? nullptr : &*found;
}

std::string_view name_of(const Cell& cell) {
  const Cell* other = find_name(kOtherNames, cell);
  return other == nullptr ? cell.name : other->text;
}

// A map's entry beside its texts, by measure.
constexpr std::size_t kEntryBytes = 128;

struct Action {
  std::string name;  // An address with its scheme, a title, a category …
  std::int64_t type = 0;
};

struct Visit {
  std::string user_id;
  std::string referrer;
  std::string begun_at;
};

// Bytes come raw, or as 0x… by mysqldump --hex-blob.
std::string bytes_of(std::string_view cell) {
  if (cell.starts_with("0x")) {
    if (auto bytes = parse_hex(cell.substr(2))) return *std::move(bytes);
  }
  return std::string(cell);
}

std::string hex_of(std::string_view cell) {
  std::string hex;
  if (!cell.empty()) append_hex(hex, bytes_of(cell));
  return hex;
}

// "" for what is neither an IPv4 nor an IPv6 address.
std::string ip_of(std::string_view cell) {
  const std::string bytes = bytes_of(cell);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == 4 ? AF_INET : bytes.size() == 16 ? AF_INET6 : AF_UNSPEC;
  if (family == AF_UNSPEC) return "";
  return inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr ? text.data() : "";
}

class MatomoReader final : public TableReader {
 public:
  explicit MatomoReader(const FormatOptions& options)
      : TableReader(options, "matomo"), visits_reader_(make_matomo_visits_reader(options)) {}

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    if (row.cells.empty()) return visits_reader_->read(row, context);
    if (row.table.ends_with("log_link_visit_action")) return read_action(row, context);
    if (!learn(row)) return refused("is more than 512 MiB of addresses and visits: dump less");
    if (row.table.ends_with("log_visit")) return read_visit(row, context);
    if (row.table.empty()) return refused("is no row of a dump: Matomo's tables come as a dump");
    return {};
  }

  void pass(const Row& row) override { learn(row); }

 private:
  // False: there is no room.
  bool learn(const Row& row) {
    if (row.table.ends_with("log_action")) return learn_action(row);
    return !row.table.ends_with("log_visit") || learn_visit(row);
  }

  bool learn_action(const Row& row) {
    const auto id = parse_int(cell_of(row, "idaction"));
    if (!id) return true;
    Action action;
    if (const auto prefix = parse_int(cell_of(row, "url_prefix"));
        prefix && *prefix >= 0 && *prefix < std::ssize(kPrefixes)) {
      action.name = kPrefixes[*prefix];
    }
    action.name += cell_of(row, "name");
    action.type = parse_int(cell_of(row, "type")).value_or(0);
    if (!take_room(action.name.size())) return false;
    actions_.insert_or_assign(*id, std::move(action));
    return true;
  }

  bool learn_visit(const Row& row) {
    const auto id = parse_int(cell_of(row, "idvisit"));
    if (!id) return true;
    Visit visit{.user_id = std::string(cell_of(row, "user_id")),
                .referrer = std::string(cell_of(row, "referer_url")),
                .begun_at = std::string(cell_of(row, "visit_first_action_time"))};
    if (!take_room(visit.user_id.size() + visit.referrer.size() + visit.begun_at.size())) {
      return false;
    }
    visits_.insert_or_assign(*id, std::move(visit));
    return true;
  }

  bool take_room(std::size_t bytes) {
    if (known_bytes_ + bytes + kEntryBytes > kMatomoKnownBytesMax) return false;
    known_bytes_ += bytes + kEntryBytes;
    return true;
  }

  adapter::ReadOutcome read_visit(const Row& row, const adapter::Context& context) {
    const std::string visitor = hex_of(cell_of(row, "idvisitor"));
    const std::string ip = ip_of(cell_of(row, "location_ip"));
    cells_.assign({{"visitorId", visitor}, {"visitIp", ip}});
    for (const Cell& cell : row.cells) {
      const bool is_bytes =
          cell.name == "idvisitor" || cell.name == "location_ip" || cell.name == "config_id";
      if (!is_bytes) cells_.push_back({name_of(cell), cell.text});
    }
    return read_cells({.text = row.text, .cells = cells_, .line = row.line}, kMatomoVisitRows,
                      context, "timestamp");
  }

  adapter::ReadOutcome read_action(const Row& row, const adapter::Context& context) {
    const std::int64_t visit_id = parse_int(cell_of(row, "idvisit")).value_or(0);
    const auto visit = visits_.find(visit_id);
    if (visit == visits_.end()) {
      return refused(str_cat("is of visit ", visit_id,
                             ", which is in no row of log_visit before it", kInOrder));
    }
    const std::string visitor = hex_of(cell_of(row, "idvisitor"));
    cells_.assign({{"visitorId", visitor},
                   {"userId", visit->second.user_id},
                   {"referrerUrl", visit->second.referrer},
                   {"firstActionTimestamp", visit->second.begun_at}});
    std::string_view type = "action";
    for (const Cell& cell : row.cells) {
      const Cell* named = find_name(kActionNames, cell);
      const std::int64_t id = parse_int(cell.text).value_or(0);
      if (named == nullptr) {
        if (cell.name != "idvisitor") cells_.push_back({name_of(cell), cell.text});
      } else if (id != 0) {
        const auto known = actions_.find(id);
        if (known == actions_.end()) {
          return refused(str_cat("names action ", id,
                                 ", which is in no row of log_action before it", kInOrder));
        }
        type = type_of(cell, known->second, type);
        cells_.push_back({named->text, known->second.name});
      }
    }
    cells_.push_back({"type", type});
    return read_cells({.text = row.text, .cells = cells_, .line = row.line}, kMatomoActionRows,
                      context, "timestamp");
  }

  // As the API calls it, once more is known.
  static std::string_view type_of(const Cell& cell, const Action& action, std::string_view type) {
    if (cell.name == "idaction_event_action") return "event";
    if (type == "event") return type;
    if (cell.name == "idaction_name" && action.type == kSearch) return "search";
    if (cell.name != "idaction_url" || type == "search") return type;
    return action.type == kOutlink ? "outlink" : action.type == kDownload ? "download" : type;
  }

  const std::unique_ptr<RowReader> visits_reader_;
  std::unordered_map<std::int64_t, Action> actions_;
  std::unordered_map<std::int64_t, Visit> visits_;
  std::size_t known_bytes_ = 0;
  std::vector<Cell> cells_;  // Of the event that is made.
};

}  // namespace

std::unique_ptr<RowReader> make_matomo_reader(const FormatOptions& options) {
  return std::make_unique<MatomoReader>(options);
}

}  // namespace penstock::importing
