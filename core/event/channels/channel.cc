#include "event/channels/channel.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "event/channels/sources.h"

namespace penstock::event {
namespace {

// A campaign's member in lower case, as far as rules look.
class LowerCase {
 public:
  explicit LowerCase(std::string_view text) : size_(std::min(text.size(), buffer_.size())) {
    std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size_), buffer_.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  std::string_view view() const { return {buffer_.data(), size_}; }

 private:
  std::array<char, 64> buffer_;
  std::size_t size_;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t kCount>
bool is_any_of(std::string_view text, const std::string_view (&others)[kCount]) {
  return std::find(std::begin(others), std::end(others), text) != std::end(others);
}

// GA4's ^(.*cp.*|ppc|retargeting|paid.*)$
bool is_paid_medium(std::string_view medium) {
  return contains(medium, "cp") || medium == "ppc" || medium == "retargeting" ||
         medium.starts_with("paid");
}

// GA4's ^(.*(([^a-df-z]|^)shop|shopping).*)$: "eshop" and "summer shop", not "workshop".
bool is_shopping_campaign(std::string_view campaign) {
  if (contains(campaign, "shopping")) return true;
  for (std::size_t at = campaign.find("shop"); at != std::string_view::npos;
       at = campaign.find("shop", at + 1)) {
    const char before = at == 0 ? 'e' : campaign[at - 1];
    if (before == 'e' || before < 'a' || before > 'z') return true;
  }
  return false;
}

// What an advertisement's click left in the URL.
struct Click {
  bool is_paid = false;
  SourceKind kind = SourceKind::kUnknown;
};

struct ClickId {
  std::string_view name;
  Click click;
};
constexpr ClickId kClickIds[] = {
    {"dclid", {true, SourceKind::kUnknown}},    {"fbclid", {false, SourceKind::kSocial}},
    {"gbraid", {true, SourceKind::kSearch}},    {"gclid", {true, SourceKind::kSearch}},
    {"li_fat_id", {true, SourceKind::kSocial}}, {"msclkid", {true, SourceKind::kSearch}},
    {"ttclid", {true, SourceKind::kSocial}},    {"twclid", {true, SourceKind::kSocial}},
    {"wbraid", {true, SourceKind::kSearch}},
};

// Of the first id that the query has.
Click click_of(std::string_view url) {
  const std::size_t start = url.find('?');
  if (start == std::string_view::npos) return {};
  const std::size_t end_of_query = url.find('#');
  if (end_of_query < start) return {};
  std::string_view query = url.substr(0, end_of_query).substr(start + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view name = query.substr(0, std::min(query.find('='), end));
    for (const ClickId& id : kClickIds) {
      if (id.name == name) return id.click;
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

std::string_view paid_channel(SourceKind kind, std::string_view campaign) {
  if (kind == SourceKind::kShopping || is_shopping_campaign(campaign)) return "Paid Shopping";
  if (kind == SourceKind::kSearch) return "Paid Search";
  if (kind == SourceKind::kSocial) return "Paid Social";
  if (kind == SourceKind::kVideo) return "Paid Video";
  return {};
}

// Of a source, whatever the medium.
std::string_view organic_channel(SourceKind kind) {
  switch (kind) {
    case SourceKind::kShopping:
      return "Organic Shopping";
    case SourceKind::kSocial:
      return "Organic Social";
    case SourceKind::kVideo:
      return "Organic Video";
    case SourceKind::kSearch:
      return "Organic Search";
    case SourceKind::kAssistant:
      return "AI Assistants";
    case SourceKind::kEmail:
      return "Email";
    case SourceKind::kSite:
    case SourceKind::kUnknown:
      break;
  }
  return {};
}

constexpr std::string_view kDisplayMedia[] = {"banner", "cpm", "display", "expandable",
                                              "interstitial"};
constexpr std::string_view kSocialMedia[] = {"social",       "social media",   "social network",
                                             "social-media", "social-network", "sm"};
constexpr std::string_view kReferralMedia[] = {"app", "link", "referral"};
constexpr std::string_view kEmailMedia[] = {"e mail", "e-mail", "e_mail", "email"};

// Of a medium alone, behind what the source says.
std::string_view medium_channel(std::string_view source, std::string_view medium) {
  if (is_any_of(medium, kReferralMedia)) return "Referral";
  if (is_any_of(medium, kEmailMedia)) return "Email";
  if (medium == "affiliate") return "Affiliates";
  if (medium == "audio") return "Audio";
  if (source == "sms" || medium == "sms") return "SMS";
  if (medium.ends_with("push") || contains(medium, "mobile") || contains(medium, "notification") ||
      source == "firebase") {
    return "Mobile Push Notifications";
  }
  return {};
}

std::string_view campaign_channel(const Row& row) {
  const LowerCase source(row.utm_source);
  const LowerCase medium_text(row.utm_medium);
  const LowerCase campaign_text(row.utm_campaign);
  const std::string_view medium = medium_text.view();
  const std::string_view campaign = campaign_text.view();
  if (contains(campaign, "cross-network")) return "Cross-network";
  const SourceKind kind = row.utm_source.empty() ? source_kind_of_host(row.referrer_host)
                                                 : source_kind_of_name(source.view());
  const bool is_paid = is_paid_medium(medium);
  if (is_paid) {
    const std::string_view paid = paid_channel(kind, campaign);
    if (!paid.empty()) return paid;
  }
  if (is_any_of(medium, kDisplayMedia)) return "Display";
  if (is_paid) return "Paid Other";
  if (is_shopping_campaign(campaign)) return "Organic Shopping";
  if (is_any_of(medium, kSocialMedia)) return "Organic Social";
  if (contains(medium, "video")) return "Organic Video";
  if (is_any_of(medium, kEmailMedia)) return "Email";
  const std::string_view organic = organic_channel(kind);
  if (!organic.empty()) return organic;
  if (medium == "organic") return "Organic Search";
  const std::string_view by_medium = medium_channel(source.view(), medium);
  if (!by_medium.empty()) return by_medium;
  return row.referrer_host.empty() ? "Unassigned" : "Referral";
}

}  // namespace

std::string_view channel_of(const Row& row) {
  if (!row.utm_source.empty() || !row.utm_medium.empty()) return campaign_channel(row);
  const Click click = click_of(row.record.url);
  SourceKind kind = source_kind_of_host(row.referrer_host);
  if (kind == SourceKind::kUnknown) kind = click.kind;
  if (click.is_paid) {
    const std::string_view paid = paid_channel(kind, {});
    return paid.empty() ? "Display" : paid;
  }
  if (!row.utm_campaign.empty()) return campaign_channel(row);
  const std::string_view organic = organic_channel(kind);
  if (!organic.empty()) return organic;
  if (!row.referrer_host.empty()) return "Referral";
  const bool has_page = !row.host.empty() || !row.path.empty();
  return has_page && row.record.referrer.empty() ? "Direct" : std::string_view();
}

}  // namespace penstock::event
