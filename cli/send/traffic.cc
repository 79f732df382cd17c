#include "cli/send/traffic.h"

#include <algorithm>
#include <span>

#include "base/hash.h"
#include "base/text.h"
#include "cli/send/traffic_data.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::string_view pick(std::span<const Weighted> choices, Random& random) {
  std::uint64_t total = 0;
  for (const Weighted& choice : choices) total += choice.weight;
  std::uint64_t at = random.below(total);
  for (const Weighted& choice : choices) {
    if (at < choice.weight) return choice.text;
    at -= choice.weight;
  }
  return choices.back().text;
}

// 32 hex digits in a UUID's grouping: what most SDKs send.
void append_uuid(std::string& out, Hash128 hash) {
  const std::uint64_t halves[] = {hash.high, hash.low};
  std::string hex;
  append_hex(hex, std::string_view(reinterpret_cast<const char*>(halves), sizeof halves));
  const std::string_view view = hex;
  out += str_cat(view.substr(0, 8), "-", view.substr(8, 4), "-", view.substr(12, 4), "-",
                 view.substr(16, 4), "-", view.substr(20));
}

std::string random_uuid(Random& random) {
  std::string out;
  const std::uint64_t high = random.next();
  append_uuid(out, {high, random.next()});
  return out;
}

std::string random_ip(Random& random) {
  static constexpr std::string_view kNetworks[] = {"192.0.2.", "198.51.100.", "203.0.113."};
  const std::uint64_t host = random.below(254) + 1;
  if (random.below(10) > 0) return str_cat(kNetworks[random.below(3)], host);
  return str_cat("2001:db8::a:", host);
}

void append_member(std::string& out, std::string_view name, std::string_view plain_text) {
  out += str_cat(",\"", name, "\":\"", plain_text, "\"");
}

}  // namespace

// Nothing that is written here needs escaping: all texts are of this file and traffic_data.cc, and
// a test reads every event back.
Traffic::Traffic(const TrafficOptions& options)
    : options_(options), random_(options.seed), pages_(page_paths()) {
  double total = 0;
  for (std::size_t rank = 1; rank <= pages_.size(); ++rank) {
    total += 1.0 / static_cast<double>(rank);  // Zipf: the second page is half as popular.
    page_shares_.push_back(total);
  }
  for (double& share : page_shares_) share /= total;
  visitors_.resize(std::max<std::uint32_t>(options.visitors, 1));
}

std::size_t Traffic::pick_page() {
  const auto found = std::lower_bound(page_shares_.begin(), page_shares_.end(), unit());
  const auto index = static_cast<std::size_t>(found - page_shares_.begin());
  return std::min(index, pages_.size() - 1);
}

// Four in ten come back with the identity that they had; the rest is new.
void Traffic::begin_visit(Visitor& visitor) {
  if (visitor.anonymous_id.empty() || random_.below(10) >= 4) {
    visitor.anonymous_id = random_uuid(random_);
    visitor.user_id.clear();
    visitor.user_agent = pick(user_agents(), random_);
    visitor.ip = random_ip(random_);
  }
  visitor.session_id = random_uuid(random_);
  visitor.referrer = pick(referrers(), random_);
  visitor.campaign = pick(campaigns(), random_);
  visitor.is_first_page = true;
  // Half leave soon, a few look at everything.
  visitor.actions_left = static_cast<std::uint32_t>(1 + random_.below(4));
  if (random_.below(3) == 0) {
    visitor.actions_left += static_cast<std::uint32_t>(random_.below(20));
  }
}

void Traffic::append_next(std::string& out) {
  current_ = random_.below(visitors_.size());
  append_next_of_same(out);
}

void Traffic::append_next_of_same(std::string& out) {
  Visitor& visitor = visitors_[current_];
  if (visitor.actions_left == 0) begin_visit(visitor);
  --visitor.actions_left;
  append_event(visitor, out);
}

void Traffic::append_event(Visitor& visitor, std::string& out) {
  if (visitor.is_first_page || random_.below(100) < 72) {
    append_page(visitor, out);
    visitor.is_first_page = false;
  } else {
    append_action(visitor, out);
  }
  append_common(visitor, out);
  out += '}';
}

void Traffic::append_page(Visitor& visitor, std::string& out) {
  const std::size_t page = pick_page();
  // The intake names an event with a URL "pageview" by itself; half of all clients leave it to it.
  out += random_.below(2) == 0 ? R"({"name":"pageview","url":")" : R"({"url":")";
  out += str_cat(kSite, pages_[page]);
  if (visitor.is_first_page && !visitor.campaign.empty()) out += str_cat("?", visitor.campaign);
  out += '"';
  if (!visitor.is_first_page) {
    out += str_cat(",\"referrer\":\"", kSite, pages_[visitor.page], "\"");
  } else if (!visitor.referrer.empty()) {
    append_member(out, "referrer", visitor.referrer);
  }
  visitor.page = page;
  if (random_.below(4) == 0) {
    out +=
        str_cat(R"(,"properties":{"title":"Page )", page, R"(","scroll":)", random_.below(101),
                R"(,"viewport":[)", 360 + random_.below(1560), ",", 640 + random_.below(800), "]}");
  }
}

void Traffic::append_action(const Visitor& visitor, std::string& out) {
  static constexpr std::string_view kTargets[] = {"add-to-cart", "buy-now", "menu", "newsletter",
                                                  "share"};
  const std::uint64_t kind = random_.below(100);
  const std::string_view name = kind < 68   ? "click"
                                : kind < 84 ? "search"
                                : kind < 92 ? "purchase"
                                            : "signup";
  out += str_cat(R"({"name":")", name, R"(","url":")", kSite, pages_[visitor.page], "\"");
  if (name == "click") {
    out += str_cat(R"(,"properties":{"target":")", kTargets[random_.below(std::size(kTargets))],
                   R"(","x":)", random_.below(1'920), R"(,"y":)", random_.below(1'080), "}");
  } else if (name == "search") {
    out += str_cat(R"(,"properties":{"query":"café lamp )", random_.below(50), R"(","results":)",
                   random_.below(200), "}");
  } else if (name == "purchase") {
    append_purchase(out);
  } else {
    out += str_cat(R"(,"properties":{"plan":")", random_.below(4) == 0 ? "pro" : "free", "\"}");
    visitors_[current_].user_id = str_cat("u_", random_.below(1'000'000));
  }
}

void Traffic::append_purchase(std::string& out) {
  const std::uint64_t count = 1 + random_.below(3);
  std::uint64_t cents = 0;
  std::string items;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t price = 490 + random_.below(25'000);
    cents += price;
    items += str_cat(i == 0 ? "" : ",", R"({"sku":"SKU-)", 1'000 + random_.below(400),
                     R"(","quantity":1,"price_cents":)", price, "}");
  }
  out += str_cat(R"(,"properties":{"currency":"EUR","value":)", cents / 100, ".", cents / 10 % 10,
                 cents % 10, R"(,"items":[)", items, "]}");
}

void Traffic::append_common(const Visitor& visitor, std::string& out) {
  append_member(out, "anonymous_id", visitor.anonymous_id);
  append_member(out, "session_id", visitor.session_id);
  if (!visitor.user_id.empty()) append_member(out, "user_id", visitor.user_id);
  if (options_.is_server_side) {
    append_member(out, "ip", visitor.ip);
    append_member(out, "user_agent", visitor.user_agent);
  }
  if (options_.hours > 0) {
    const auto span = static_cast<std::uint64_t>(options_.hours * kHourMs);
    const std::int64_t at = options_.now_ms - static_cast<std::int64_t>(random_.below(span));
    out += ",\"time\":\"";
    append_rfc3339(out, at);
    out += '"';
  }
  out += ",\"id\":\"";
  append_uuid(out, hash128(str_cat("penstock traffic ", options_.seed), std::to_string(count_++)));
  out += '"';
}

}  // namespace penstock::cli
