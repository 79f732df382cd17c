#include "event/channels/sources.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "base/hash.h"
#include "base/text.h"

namespace penstock::event {
namespace {

// Domains, and the ids of apps as Android tells them; without "www.".
constexpr std::string_view kSites[] = {
    "accounts.google.com", "calendar.google.com", "classroom.google.com", "docs.google.com",
    "drive.google.com",    "meet.google.com",     "sites.google.com",     "support.google.com",
    "developer.yahoo.com", "aws.amazon.com",      "cloud.yandex.ru",      "disk.yandex.ru",
    "learn.microsoft.com", "groups.google.com",
};
constexpr std::string_view kSearch[] = {
    "360.cn",
    "alohafind.com",
    "aol.com",
    "ask.com",
    "bing.com",
    "boardreader.com",
    "brave.com",
    "cc.bingj.com",
    "centrum.cz",
    "coccoc.com",
    "com.google.android.googlequicksearchbox",
    "daum.net",
    "dogpile.com",
    "duckduckgo.com",
    "ecosia.org",
    "excite.com",
    "exalead.com",
    "fireball.de",
    "gibiru.com",
    "gigablast.com",
    "goo.ne.jp",
    "info.com",
    "kagi.com",
    "kvasir.no",
    "lilo.org",
    "lukol.com",
    "mail.ru",
    "metager.de",
    "metager.org",
    "mojeek.com",
    "msn.com",
    "najdi.si",
    "naver.com",
    "onet.pl",
    "petalsearch.com",
    "presearch.com",
    "qwant.com",
    "rambler.ru",
    "searx.be",
    "search.com",
    "seznam.cz",
    "so.com",
    "sogou.com",
    "startpage.com",
    "startsiden.no",
    "suche.t-online.de",
    "swisscows.com",
    "sm.cn",
    "terra.com",
    "virgilio.it",
    "walla.co.il",
    "wolframalpha.com",
    "wp.pl",
    "ya.ru",
    "yep.com",
    "you.com",
    "zapmeta.com",
};
constexpr std::string_view kSocial[] = {
    "43things.com",
    "badoo.com",
    "bsky.app",
    "classmates.com",
    "com.facebook.katana",
    "com.instagram.android",
    "com.linkedin.android",
    "com.reddit.frontpage",
    "com.twitter.android",
    "deviantart.com",
    "dev.to",
    "discord.com",
    "douban.com",
    "facebook.com",
    "fb.com",
    "fb.me",
    "flickr.com",
    "foursquare.com",
    "gab.com",
    "goodreads.com",
    "hatena.ne.jp",
    "hi5.com",
    "instagram.com",
    "l.wl.co",
    "line.me",
    "linkedin.com",
    "livejournal.com",
    "lnkd.in",
    "lobste.rs",
    "mastodon.social",
    "medium.com",
    "meetup.com",
    "messenger.com",
    "mixi.jp",
    "myspace.com",
    "news.ycombinator.com",
    "nextdoor.com",
    "ok.ru",
    "org.telegram.messenger",
    "out.reddit.com",
    "pin.it",
    "pinterest.com",
    "pocket.co",
    "quora.com",
    "redd.it",
    "reddit.com",
    "renren.com",
    "slashdot.org",
    "snapchat.com",
    "stackoverflow.com",
    "substack.com",
    "t.co",
    "t.me",
    "telegram.me",
    "telegram.org",
    "threads.com",
    "threads.net",
    "tiktok.com",
    "tumblr.com",
    "twitter.com",
    "vk.com",
    "vk.ru",
    "vkontakte.ru",
    "weibo.cn",
    "weibo.com",
    "whatsapp.com",
    "x.com",
    "xing.com",
    "yammer.com",
    "yelp.com",
    "zhihu.com",
};
constexpr std::string_view kVideo[] = {
    "bilibili.com",
    "crackle.com",
    "curiositystream.com",
    "dailymotion.com",
    "disneyplus.com",
    "hulu.com",
    "com.google.android.youtube",
    "iqiyi.com",
    "netflix.com",
    "nicovideo.jp",
    "odysee.com",
    "peertube.tv",
    "rumble.com",
    "ted.com",
    "twitch.tv",
    "utreon.com",
    "veoh.com",
    "vimeo.com",
    "wistia.com",
    "youku.com",
    "youtu.be",
    "youtube.com",
    "youtube-nocookie.com",
};
constexpr std::string_view kShopping[] = {
    "aliexpress.com", "alibaba.com",      "bonanza.com", "etsy.com",         "geizhals.at",
    "geizhals.de",    "idealo.de",        "jd.com",      "mercadolibre.com", "mercadolivre.com.br",
    "otto.de",        "pricegrabber.com", "rakuten.com", "shop.app",         "shopping.google.com",
    "shopzilla.com",  "taobao.com",       "temu.com",    "tmall.com",        "walmart.com",
    "wish.com",       "zalando.de",
};
constexpr std::string_view kEmail[] = {
    "com.google.android.gm", "com.microsoft.office.outlook",
    "deref-gmx.net",         "deref-mail.com",
    "deref-web-02.de",       "e.mail.ru",
    "fastmail.com",          "mail.aol.com",
    "mail.google.com",       "mail.proton.me",
    "mail.qq.com",           "mail.yahoo.co.jp",
    "mail.yahoo.com",        "mail.yandex.com",
    "mail.yandex.ru",        "mail.zoho.com",
    "outlook.com",           "outlook.live.com",
    "outlook.office.com",    "outlook.office365.com",
};
constexpr std::string_view kAssistant[] = {
    "ai.google.dev",
    "chat.deepseek.com",
    "chat.mistral.ai",
    "chat.openai.com",
    "chat.qwen.ai",
    "chatgpt.com",
    "claude.ai",
    "com.openai.chatgpt",
    "copilot.cloud.microsoft",
    "copilot.microsoft.com",
    "aistudio.google.com",
    "bard.google.com",
    "gemini.google.com",
    "grok.com",
    "kimi.com",
    "meta.ai",
    "notebooklm.google.com",
    "openai.com",
    "perplexity.ai",
    "phind.com",
    "poe.com",
};

// Names that have a domain in each country: the label before "com", "de" or "co.uk".
constexpr std::string_view kSearchBrands[] = {"baidu", "google", "yahoo", "yandex"};
constexpr std::string_view kSocialBrands[] = {"pinterest"};
constexpr std::string_view kShoppingBrands[] = {"amazon", "ebay", "mercadolibre", "shopee"};

// As campaigns are marked, beside the names of domains without their end: "fb", not "facebook".
constexpr std::string_view kSocialNames[] = {"fb",      "hackernews", "ig",       "meta",
                                             "threads", "twitter",    "vkontakte"};
constexpr std::string_view kSearchNames[] = {"adwords", "bingads", "google-ads", "googleads"};
constexpr std::string_view kVideoNames[] = {"yt"};
constexpr std::string_view kEmailNames[] = {"e mail", "e-mail", "e_mail", "email", "newsletter"};

struct Entry {
  std::string_view text;
  SourceKind kind;
};

constexpr bool is_before(const Entry& a, const Entry& b) { return a.text < b.text; }

template <std::size_t kSize>
struct Table {
  std::array<Entry, kSize> entries{};
  std::size_t count = 0;

  template <std::size_t kCount>
  constexpr void add(const std::string_view (&texts)[kCount], SourceKind kind) {
    for (const std::string_view text : texts) entries[count++] = {text, kind};
  }

  SourceKind find(std::string_view text) const {
    const auto place = std::lower_bound(entries.begin(), entries.end(), Entry{text, {}}, is_before);
    return place != entries.end() && place->text == text ? place->kind : SourceKind::kUnknown;
  }
};

constexpr auto kHosts = [] {
  Table<std::size(kSites) + std::size(kSearch) + std::size(kSocial) + std::size(kVideo) +
        std::size(kShopping) + std::size(kEmail) + std::size(kAssistant)>
      table;
  table.add(kSites, SourceKind::kSite);
  table.add(kSearch, SourceKind::kSearch);
  table.add(kSocial, SourceKind::kSocial);
  table.add(kVideo, SourceKind::kVideo);
  table.add(kShopping, SourceKind::kShopping);
  table.add(kEmail, SourceKind::kEmail);
  table.add(kAssistant, SourceKind::kAssistant);
  std::sort(table.entries.begin(), table.entries.end(), is_before);
  return table;
}();

constexpr auto kBrands = [] {
  Table<std::size(kSearchBrands) + std::size(kSocialBrands) + std::size(kShoppingBrands)> table;
  table.add(kSearchBrands, SourceKind::kSearch);
  table.add(kSocialBrands, SourceKind::kSocial);
  table.add(kShoppingBrands, SourceKind::kShopping);
  std::sort(table.entries.begin(), table.entries.end(), is_before);
  return table;
}();

constexpr auto kNames = [] {
  Table<std::size(kSocialNames) + std::size(kSearchNames) + std::size(kVideoNames) +
        std::size(kEmailNames)>
      table;
  table.add(kSocialNames, SourceKind::kSocial);
  table.add(kSearchNames, SourceKind::kSearch);
  table.add(kVideoNames, SourceKind::kVideo);
  table.add(kEmailNames, SourceKind::kEmail);
  std::sort(table.entries.begin(), table.entries.end(), is_before);
  return table;
}();

// Takes the last label off, and the dot before it.
std::string_view take_label(std::string_view& host) {
  const std::size_t dot = host.rfind('.');
  const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
  host = dot == std::string_view::npos ? std::string_view() : host.substr(0, dot);
  return label;
}

// "google" of www.google.de and of google.co.uk.
SourceKind kind_of_brand(std::string_view host) {
  const std::string_view end = take_label(host);
  if (end.size() != 2 && end != "com") return SourceKind::kUnknown;
  const std::string_view label = take_label(host);
  const SourceKind kind = kBrands.find(label);
  const bool is_of_country = end.size() == 2 && (label == "co" || label == "com" || label == "ne");
  return kind == SourceKind::kUnknown && is_of_country ? kBrands.find(take_label(host)) : kind;
}

}  // namespace

SourceKind source_kind_of_host(std::string_view host) {
  for (std::string_view domain = host;;) {
    const SourceKind kind = kHosts.find(domain);
    if (kind != SourceKind::kUnknown) return kind;
    const std::size_t dot = domain.find('.');
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
    // An end alone is in no table.
    if (domain.find('.') == std::string_view::npos) break;
  }
  return kind_of_brand(host);
}

SourceKind source_kind_of_name(std::string_view name) {
  if (name.find('.') != std::string_view::npos) return source_kind_of_host(name);
  const SourceKind kind = kNames.find(name);
  if (kind != SourceKind::kUnknown) return kind;
  const SourceKind brand = kBrands.find(name);
  if (brand != SourceKind::kUnknown) return brand;
  // "facebook" is facebook.com.
  constexpr std::string_view kEnd = ".com";
  std::array<char, 32> domain;
  if (name.empty() || name.size() + kEnd.size() > domain.size()) return SourceKind::kUnknown;
  const auto end =
      std::copy(kEnd.begin(), kEnd.end(), std::copy(name.begin(), name.end(), domain.begin()));
  const SourceKind of_domain =
      kHosts.find({domain.data(), static_cast<std::size_t>(end - domain.begin())});
  return of_domain == SourceKind::kSite ? SourceKind::kUnknown : of_domain;
}

std::uint64_t hash_of_sources() {
  std::string all;
  const auto add = [&all](const auto& table) {
    for (const Entry& entry : table.entries) {
      all += str_cat(entry.text, ' ', static_cast<unsigned>(entry.kind), '\n');
    }
    all += '\n';
  };
  add(kHosts);
  add(kBrands);
  add(kNames);
  return hash64(all);
}

}  // namespace penstock::event
