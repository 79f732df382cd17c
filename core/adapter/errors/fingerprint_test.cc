#include "adapter/errors/fingerprint.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

std::string of(std::string_view class_name, std::string_view message,
               std::vector<Frame> frames = {}, int rules = 1) {
  return fingerprint_of(class_name, message, frames, rules);
}

TEST(Fingerprint, TakesOutOfAMessageWhatChanges) {
  for (const auto& [message, stable] : {std::pair("order 17 is late", "order # is late"),
                                        {"order A-17b is late", "order # is late"},
                                        {"at 0x7f6f77875e40", "at #"},
                                        {"id 34fbf332-d1df-48ee-83d2-98fca1aed381!", "id #!"},
                                        {"hash deadbeefdead", "hash #"},
                                        {"no 'price' for \"x y\" in `z`", "no # for # in #"},
                                        {"it doesn't end, it can't", "it doesn't end, it can't"},
                                        {"to 10.0.0.1:8080 from 2001:db8::1", "to # from #"},
                                        {"mail to ada.l+x@shop.example failed", "mail to # failed"},
                                        {"a \n\t b  ", "a b"},
                                        {"ü 🚀 fehlt", "ü 🚀 fehlt"},
                                        {"Module::Class failed: x", "Module::Class failed: x"},
                                        {"1,234.5 of 9", "# of #"},
                                        {"a.b.c to x.y@z then d.e:f", "a.b.c to # then d.e:f"},
                                        {"fe80::1 and fe80::2x", "# and #::#"},
                                        {"", ""}}) {
    EXPECT_EQ(stable_message(message), stable) << message;
  }
}

TEST(Fingerprint, TakesOutOfNamesWhatChanges) {
  for (const auto& [symbol, stable] : {std::pair("Object.checkout [as action]", "Object.checkout"),
                                       {"async charge", "charge"},
                                       {"block (2 levels) in charge", "charge"},
                                       {"rescue in block in charge", "charge"},
                                       {"main.func1", "main.func1"},
                                       {"#<Class:0x00007f6f77875e40>", "#<Class:#>"},
                                       {"handler_12345", "handler_#"}}) {
    EXPECT_EQ(stable_symbol(symbol), stable) << symbol;
  }
  for (const auto& [file, stable] :
       {std::pair("http://shop.example:40445/app.js?v=2", "app.js"),
        {"https://a.example/static/js/app.3f2a1b9c.js#x", "js/app.#.js"},
        {"/srv/releases/20261126/lib/shop.rb", "lib/shop.rb"},
        {"/srv/releases/20261127/shop.rb", "#/shop.rb"},
        {"C:\\app\\lib\\shop.cs", "lib/shop.cs"},
        {"https://shop.example", ""},
        {"shop.py", "shop.py"},
        {"", ""}}) {
    EXPECT_EQ(stable_file(file), stable) << file;
  }
}

TEST(Fingerprint, StandsOverLinesIdsAndAddresses) {
  const std::string first = of("TypeError", "Cannot ship 1",
                               {{"/srv/app/lib/shop.js", "checkout", "15", true},
                                {"/srv/app/lib/shop.js", "route", "24", true}});
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(first, of("TypeError", "Cannot ship 2",
                      {{"/srv/other/lib/shop.js", "checkout", "16", true},
                       {"/srv/app/node_modules/x.js", "next", "1", false},
                       {"/srv/app/lib/shop.js", "route", "3", true}}));
  EXPECT_NE(first, of("RangeError", "Cannot ship 1",
                      {{"/srv/app/lib/shop.js", "checkout", "15", true},
                       {"/srv/app/lib/shop.js", "route", "24", true}}));
  EXPECT_NE(first, of("TypeError", "Cannot ship 1", {{"/srv/app/lib/shop.js", "refund", "15"}}));
  EXPECT_EQ(of("TypeError", "order 17"), of("TypeError", "order 18"));
  EXPECT_NE(of("TypeError", "order 17"), of("TypeError", "basket 17"));
  // A message in the class's place.
  EXPECT_EQ(of("", "order 17"), of("", "order 18"));
}

// Recursion is as deep as its data.
TEST(Fingerprint, CountsRepeatsOnce) {
  const Frame walk{"tree.py", "walk", "3", true};
  const Frame main{"main.py", "main", "9", true};
  EXPECT_EQ(of("RecursionError", "", {walk, walk, main}),
            of("RecursionError", "", {walk, walk, walk, walk, main}));
}

TEST(Fingerprint, TellsOwnFilesFromOthers) {
  EXPECT_TRUE(is_own_frame({"/srv/app/lib/shop.js", "f", "1", {}}));
  for (const std::string_view file :
       {"/srv/app/node_modules/koa/index.js", "node:internal/process", "", "<anonymous>",
        "/usr/lib/ruby/3.1.0/net/http.rb", "/venv/lib/python3/site-packages/x.py"}) {
    EXPECT_FALSE(is_own_frame({file, "f", "1", {}})) << file;
  }
  EXPECT_TRUE(is_own_frame({"/usr/lib/x.rb", "f", "1", true}));
  EXPECT_FALSE(is_own_frame({"/srv/app/x.rb", "f", "1", false}));
  // All of them, where none is own.
  EXPECT_NE(of("E", "", {{"node:a", "f", "1"}}), of("E", "", {{"node:a", "g", "1"}}));
}

// Two reports of one error or of two, and whether they fall into one group.
struct Pair {
  std::string_view what;
  std::vector<Frame> a;
  std::vector<Frame> b;
  bool is_one_by_1;
  bool is_one_by_2;
  std::string_view class_a = "TypeError";
  std::string_view class_b = "TypeError";
};

std::vector<Pair> pairs() {
  const Frame even{"parse.py", "even", "3", true};
  const Frame odd{"parse.py", "odd", "7", true};
  const Frame main{"main.py", "main", "9", true};
  const auto one = [](std::string_view file, std::string_view function) {
    return std::vector<Frame>{{file, function, "1", true}};
  };
  return {
      {"lines", {{"a.js", "f", "1"}}, {{"a.js", "f", "2"}}, true, true},
      {"two functions", one("a.js", "f"), one("a.js", "g"), false, false},
      {"two steps", one("a.js", "step1"), one("a.js", "step2"), false, false},
      {"a release's lambdas", one("Shop.java", "lambda$run$3"), one("Shop.java", "lambda$run$4"),
       false, true},
      {"lambdas of two methods", one("Shop.java", "lambda$run$3"),
       one("Shop.java", "lambda$stop$3"), false, false},
      {"proxies", one("<generated>", "Shop$$EnhancerBySpringCGLIB$$1a2b.run"),
       one("<generated>", "Shop$$EnhancerBySpringCGLIB$$c3d4.run"), false, true},
      {"proxies of two classes", one("<generated>", "Shop$$EnhancerBySpringCGLIB$$1a2b.run"),
       one("<generated>", "Cart$$EnhancerBySpringCGLIB$$1a2b.run"), false, false},
      {"numbered proxies", one("", "$Proxy12.save"), one("", "$Proxy9.save"), false, true},
      {"Go's closures", one("shop.go", "main.Run.func1.2"), one("shop.go", "main.Run.func2"), false,
       true},
      {"C#'s state machines", one("Shop.cs", "Shop.<Run>d__3.MoveNext"),
       one("Shop.cs", "Shop.<Run>d__4.MoveNext"), false, true},
      {"Rust's builds", one("", "shop::run::h0123456789abcdef"),
       one("", "shop::run::hfedcba9876543210"), false, true},
      {"builds by webpack", one("https://a/app.3f9c1d2e.js", "f"),
       one("https://a/app.4a0b2c1d.js", "f"), true, true},
      {"builds by Vite", one("https://a/assets/index-BkVt3aZQ.js", "f"),
       one("https://a/assets/index-DkX1bYw0.js", "f"), false, true},
      {"two pages' scripts", one("https://a/js/cart-CartPage.js", "f"),
       one("https://a/js/cart-PlanPage.js", "f"), false, false},
      // Of one throw in browser captures, as Sentry's, Raygun's and Airbrake's clients write it.
      {"nameless functions", one("https://a/app.js", "?"), one("https://a/app.js", "[anonymous]"),
       false, true},
      {"a nameless one and none", one("https://a/app.js", ""),
       one("https://a/app.js", "<anonymous>"), false, true},
      // Chromium says whose method it is, other browsers do not.
      {"engines", one("https://a/app.js", "Object.checkout"), one("https://a/app.js", "checkout"),
       false, true},
      // In the same captures: of whoever evaluated the page's call, and in_app.
      {"who evaluated",
       {{"https://a/app.js", "caught", "1", true}, {"<anonymous>", "UtilityScript.run", "", true}},
       {{"https://a/app.js", "caught", "1", true}, {"", "eval", "370", true}},
       false,
       true},
      {"Python 3.11 and 3.12",
       {{"shop.py", "<listcomp>", "3", true}, {"shop.py", "total", "3", true}},
       {{"shop.py", "total", "3", true}},
       false,
       true},
      {"a recursion of two, at two depths",
       {even, odd, main},
       {even, odd, even, odd, main},
       false,
       true},
      {"a recursion of one", {even, main}, {even, even, even, main}, true, true},
      {"classes of two builds", one("Shop.java", "run"), one("Shop.java", "run"), false, true,
       "Shop$1", "Shop$2"},
      {"two classes", one("Shop.java", "run"), one("Shop.java", "run"), false, false, "ShopError",
       "CartError"},
  };
}

TEST(Fingerprint, GroupsByTheRulesOfItsProject) {
  for (const Pair& pair : pairs()) {
    const auto is_one = [&pair](int rules) {
      return of(pair.class_a, "m", pair.a, rules) == of(pair.class_b, "m", pair.b, rules);
    };
    EXPECT_EQ(is_one(1), pair.is_one_by_1) << pair.what;
    EXPECT_EQ(is_one(2), pair.is_one_by_2) << pair.what;
  }
}

// A group goes on where a project takes better rules, unless they say otherwise.
TEST(Fingerprint, IsTheSameWhereRulesReadAlike) {
  const std::vector<Frame> frames{{"/srv/app/lib/shop.js", "checkout", "15", true},
                                  {"/srv/app/node_modules/x.js", "next", "1", false}};
  EXPECT_EQ(of("TypeError", "m", frames, 1), of("TypeError", "m", frames, 2));
  EXPECT_EQ(of("", "order 17", {}, 1), of("", "order 17", {}, 2));
}

// Rules 1 stay as they are for ever: these are theirs of events that are stored.
TEST(Fingerprint, StaysAsItWas) {
  EXPECT_EQ(of("TypeError", "m", {{"/srv/app/lib/shop.js", "Object.checkout", "15", true}}),
            "26de7742c4c063a62f42d5c17295de0d");
  EXPECT_EQ(of("Error", "order 17 of \"x\""), "bb27204da23a3ec5f8d437b6be2b0938");
  EXPECT_EQ(of("", "Cannot ship 17"), "db73f830233b7c0ffd93ee9186ca7980");
}

}  // namespace
}  // namespace penstock::adapter
