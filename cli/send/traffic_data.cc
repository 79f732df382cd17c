#include "cli/send/traffic_data.h"

#include "base/text.h"

namespace penstock::cli {
namespace {

#define MOZILLA "Mozilla/5.0 "
#define WEBKIT " AppleWebKit/537.36 (KHTML, like Gecko) "
#define APPLE_WEBKIT " AppleWebKit/605.1.15 (KHTML, like Gecko) "

constexpr Weighted kUserAgents[] = {
    {MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/124.0.0.0 Safari/537.36", 180},
    {MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/123.0.0.0 Safari/537.36", 60},
    {MOZILLA "(Macintosh; Intel Mac OS X 10_15_7)" WEBKIT "Chrome/124.0.0.0 Safari/537.36", 70},
    {MOZILLA "(X11; Linux x86_64)" WEBKIT "Chrome/124.0.0.0 Safari/537.36", 20},
    {MOZILLA "(X11; CrOS x86_64 14541.0.0)" WEBKIT "Chrome/123.0.0.0 Safari/537.36", 8},
    {MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0",
     55},
    {MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/122.0.0.0 Safari/537.36 OPR/108.0.0.0",
     12},
    {MOZILLA "(Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0", 40},
    {MOZILLA "(Macintosh; Intel Mac OS X 10.15; rv:125.0) Gecko/20100101 Firefox/125.0", 12},
    {MOZILLA "(X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0", 12},
    {MOZILLA "(X11; Ubuntu; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", 6},
    {MOZILLA "(Macintosh; Intel Mac OS X 10_15_7)" APPLE_WEBKIT "Version/17.4.1 Safari/605.1.15",
     60},
    {MOZILLA "(Macintosh; Intel Mac OS X 10_15_7)" APPLE_WEBKIT "Version/16.6 Safari/605.1.15", 14},
    {MOZILLA "(iPhone; CPU iPhone OS 17_4_1 like Mac OS X)" APPLE_WEBKIT
             "Version/17.4.1 Mobile/15E148 Safari/604.1",
     130},
    {MOZILLA "(iPhone; CPU iPhone OS 16_7_7 like Mac OS X)" APPLE_WEBKIT
             "Version/16.6 Mobile/15E148 Safari/604.1",
     25},
    {MOZILLA "(iPhone; CPU iPhone OS 17_4 like Mac OS X)" APPLE_WEBKIT
             "CriOS/124.0.6367.71 Mobile/15E148 Safari/604.1",
     18},
    {MOZILLA "(iPhone; CPU iPhone OS 17_4 like Mac OS X)" APPLE_WEBKIT
             "FxiOS/125.0 Mobile/15E148 Safari/605.1.15",
     6},
    {MOZILLA "(iPhone; CPU iPhone OS 17_4_1 like Mac OS X)" APPLE_WEBKIT
             "Mobile/15E148 [FBAN/FBIOS;FBAV/459.0.0.30.108;FBDV/iPhone14,5;FBSN/iOS;FBSV/17.4.1]",
     14},
    {MOZILLA "(iPad; CPU OS 17_4_1 like Mac OS X)" APPLE_WEBKIT
             "Version/17.4.1 Mobile/15E148 Safari/604.1",
     22},
    {MOZILLA "(Linux; Android 10; K)" WEBKIT "Chrome/124.0.0.0 Mobile Safari/537.36", 140},
    {MOZILLA "(Linux; Android 14; Pixel 8)" WEBKIT "Chrome/124.0.6367.82 Mobile Safari/537.36", 20},
    {MOZILLA "(Linux; Android 13; SM-S918B)" WEBKIT "Chrome/123.0.6312.118 Mobile Safari/537.36",
     18},
    {MOZILLA "(Linux; Android 14; SAMSUNG SM-A546B)" WEBKIT
             "SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36",
     26},
    {MOZILLA "(Linux; Android 13; SM-X700)" WEBKIT "Chrome/124.0.0.0 Safari/537.36", 8},
    {MOZILLA "(Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0", 8},
    {MOZILLA "(Linux; Android 11; Redmi Note 9 Pro)" WEBKIT
             "Chrome/112.0.5615.136 Mobile Safari/537.36",
     10},
    {MOZILLA "(SMART-TV; LINUX; Tizen 6.0)" WEBKIT "76.0.3809.146/6.0 TV Safari/537.36", 3},
    {MOZILLA "(Web0S; Linux/SmartTV)" WEBKIT "Chrome/87.0.4280.88 Safari/537.36 WebAppManager", 2},
    {MOZILLA "(Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", 2},
    {MOZILLA "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 26},
    {MOZILLA "(Linux; Android 6.0.1; Nexus 5X Build/MMB29P)" WEBKIT
             "Chrome/124.0.6367.78 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
             "+http://www.google.com/bot.html)",
     12},
    {MOZILLA WEBKIT "(compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) "
                    "Chrome/116.0.1938.76 Safari/537.36",
     14},
    {MOZILLA "(compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 8},
    {MOZILLA "(compatible; YandexBot/3.0; +http://yandex.com/bots)", 5},
    {MOZILLA WEBKIT "(compatible; GPTBot/1.0; +https://openai.com/gptbot)", 5},
    {MOZILLA "(Macintosh; Intel Mac OS X 10_15_5)" APPLE_WEBKIT
             "Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
     4},
    {"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", 4},
    {"Twitterbot/1.0", 2},
    {"curl/7.88.1", 2},
    {"python-requests/2.31.0", 3},
    {"Go-http-client/1.1", 2},
};

#undef MOZILLA
#undef WEBKIT
#undef APPLE_WEBKIT

constexpr Weighted kReferrers[] = {
    {"", 420},
    {"https://www.google.com/", 260},
    {"https://www.google.de/", 40},
    {"https://www.bing.com/", 40},
    {"https://duckduckgo.com/", 30},
    {"https://search.brave.com/", 5},
    {"https://www.ecosia.org/", 6},
    {"https://t.co/", 25},
    {"https://www.facebook.com/", 30},
    {"https://l.instagram.com/", 22},
    {"https://www.reddit.com/", 20},
    {"https://news.ycombinator.com/", 12},
    {"https://www.linkedin.com/", 14},
    {"https://www.youtube.com/", 12},
    {"https://github.com/", 10},
    {"https://en.wikipedia.org/", 6},
    {"android-app://com.google.android.gm/", 8},
    {"https://partner.example/deals?page=2", 10},
};

constexpr Weighted kCampaigns[] = {
    {"", 800},
    {"utm_source=newsletter&utm_medium=email&utm_campaign=spring_sale", 50},
    {"utm_source=newsletter&utm_medium=email&utm_campaign=welcome", 25},
    {"utm_source=google&utm_medium=cpc&utm_campaign=brand", 40},
    {"utm_source=google&utm_medium=cpc&utm_campaign=shoes%20%26%20boots&gclid=EAIaIQobChMI", 30},
    {"utm_source=facebook&utm_medium=paid_social&utm_campaign=retargeting&fbclid=IwAR0", 30},
    {"utm_source=partner&utm_medium=affiliate&utm_campaign=autumn", 15},
    {"utm_source=podcast&utm_medium=audio&utm_campaign=episode_42", 10},
};

constexpr std::string_view kGoods[] = {
    "kettle", "lamp",    "chair",  "desk",  "mug",    "rug",    "clock",  "shelf",
    "plant",  "blanket", "pillow", "bowl",  "vase",   "mirror", "basket", "curtain",
    "sofa",   "bench",   "plate",  "towel", "candle", "frame",  "hook",   "tray",
};
constexpr std::string_view kColours[] = {"oak", "black", "white", "blue", "green",
                                         "red", "sand",  "grey",  "clay"};

}  // namespace

std::span<const Weighted> user_agents() { return kUserAgents; }
std::span<const Weighted> referrers() { return kReferrers; }
std::span<const Weighted> campaigns() { return kCampaigns; }

std::vector<std::string> page_paths() {
  constexpr std::size_t kPages = 300;
  std::vector<std::string> paths = {"/",        "/products", "/pricing", "/blog",   "/cart",
                                    "/account", "/docs",     "/about",   "/search", "/contact",
                                    "/sale",    "/checkout", "/login",   "/signup", "/shipping"};
  for (std::size_t i = 0; paths.size() < kPages; ++i) {
    switch (i % 4) {
      case 0:
      case 1:
        paths.push_back(str_cat("/products/", kColours[i % std::size(kColours)], "-",
                                kGoods[(i * 7) % std::size(kGoods)], "-", 100 + i));
        break;
      case 2:
        paths.push_back(str_cat("/blog/2026/", i % 12 + 1, "/how-to-choose-a-",
                                kGoods[i % std::size(kGoods)], "-", i));
        break;
      default:
        paths.push_back(str_cat("/docs/care/", kGoods[i % std::size(kGoods)], "/", i));
    }
  }
  return paths;
}

}  // namespace penstock::cli
