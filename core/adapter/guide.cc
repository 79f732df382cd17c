#include "adapter/guide.h"

#include "adapter/table.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kHead =
    "# What the intake speaks\n"
    "\n"
    "Made by `penstock protocols --markdown` from the table in `core/adapter/table.cc`: change it "
    "there.\n"
    "\n"
    "A protocol is switched off by `NAME = false` in `[protocols]` of `penstock.toml`. Each path "
    "is also found with a\n"
    "slash at its end, and behind `/NAME`. Below, ORIGIN is the intake's, such as "
    "`https://events.example.com`, HOST its\n"
    "host, with the port where that is not the scheme's own, HOSTNAME the host alone and PORT the "
    "port. A key of the project\n"
    "stands where the client puts its own. While no key is wanted (`ingest.require_key`),\n"
    "any key is taken, into project `default`.\n"
    "\n"
    "What is in an item and in none of these tables is a member of the event's `properties`, "
    "under its own name.\n";

constexpr std::string_view kRelayed =
    "Whoever sends this passes on what others did: an event has no address and no user agent but "
    "those that it says itself, with a server-side key.";

void append_paths(std::string& out, const Protocol& protocol) {
  std::string_view comma;
  for (const Route& route : protocol.routes) {
    out += str_cat(comma, "`", http::to_text(route.method), " ", route.pattern, "`");
    comma = ", ";
  }
}

void append_rules(std::string& out, Rules rules) {
  if (rules.empty()) return;
  out += "\n| in the item | in the event |\n| --- | --- |\n";
  for (const Rule& rule : rules) {
    if (!is_told(rule)) continue;
    out += str_cat("| `", rule.path, "` | ", to_text(rule.place), " |\n");
  }
}

void append_paragraph(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) out += str_cat("\n", label, ": ", text, "\n");
}

}  // namespace

bool is_told(const Rule& rule) { return rule.place != Place::kSeen && rule.place != Place::kType; }

std::string_view to_text(Place place) {
  switch (place) {
    case Place::kId:
      return "`id` (a hash of it)";
    case Place::kName:
      return "`name`";
    case Place::kUrl:
      return "`url`";
    case Place::kReferrer:
      return "`referrer`";
    case Place::kUserId:
      return "`user_id`";
    case Place::kAnonymousId:
      return "`anonymous_id`";
    case Place::kSessionId:
      return "`session_id`";
    case Place::kIp:
      return "`ip`, of a server-side key";
    case Place::kUserAgent:
      return "`user_agent`, of a server-side key";
    case Place::kTime:
      return "`occurred_at`";
    case Place::kAge:
      return "`occurred_at`, so long before its receipt";
    case Place::kSentAt:
      return "corrects `occurred_at`";
    case Place::kKey:
      return "`project`, by its key";
    case Place::kType:
      return "`kind`";
    case Place::kSpread:
      return "its members are `properties`";
    case Place::kSeen:
      return "`properties`";
    case Place::kDropped:
      return "left out";
  }
  return {};
}

std::string guide_of(const Protocol& protocol) {
  const Guide& guide = protocol.guide;
  std::string out = str_cat("## ", guide.title, " (`", protocol.name, "`)\n\nPaths: ");
  append_paths(out, protocol);
  out += ".\n";
  append_paragraph(out, "Clients", guide.clients);
  append_paragraph(out, "To set", guide.setting);
  if (protocol.is_relayed) out += str_cat("\n", kRelayed, "\n");
  append_rules(out, guide.rules);
  append_paragraph(out, "Not supported", guide.left_out);
  return out;
}

std::string guide() {
  std::string out(kHead);
  for (const Protocol* protocol : protocols()) out += "\n" + guide_of(*protocol);
  return out;
}

}  // namespace penstock::adapter
