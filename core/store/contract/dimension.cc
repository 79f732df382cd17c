#include "store/contract/dimension.h"

#include <array>

#include "base/text.h"
#include "event/channels/channel.h"

namespace penstock::store {
namespace {

constexpr std::array<std::string_view, kDimensions> kNames = {
    "name",    "source",   "path", "host",    "referrer", "browser",    "os",        "device",
    "country", "campaign", "kind", "project", "channel",  "utm_source", "utm_medium"};

std::string_view text_of(const event::Row& row, Dimension dimension) {
  switch (dimension) {
    case Dimension::kName:
      return row.record.name;
    case Dimension::kSource:
      return row.record.source;
    case Dimension::kPath:
      return row.path;
    case Dimension::kHost:
      return row.host;
    case Dimension::kReferrer:
      return row.referrer_host;
    case Dimension::kBrowser:
      return row.browser;
    case Dimension::kOs:
      return row.os;
    case Dimension::kDevice:
      return row.device;
    case Dimension::kCountry:
      return row.country;
    case Dimension::kCampaign:
      return row.utm_campaign;
    case Dimension::kKind:
      return row.record.kind;
    case Dimension::kProject:
      return row.record.project;
    case Dimension::kChannel:
      return event::channel_of(row);
    case Dimension::kUtmSource:
      return row.utm_source;
    case Dimension::kUtmMedium:
      return row.utm_medium;
  }
  return {};
}

}  // namespace

std::string_view to_text(Dimension dimension) {
  return kNames[static_cast<std::size_t>(dimension)];
}

std::optional<Dimension> dimension_of(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Dimension>(i);
  }
  return std::nullopt;
}

std::string_view dimension_value(std::string_view text) {
  return utf8_prefix(text, kDimensionValueBytesMax);
}

std::string_view value_of(const event::Row& row, Dimension dimension) {
  return dimension_value(text_of(row, dimension));
}

}  // namespace penstock::store
