#include "adapter/errors/fingerprint.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

std::string of(std::string_view class_name, std::string_view message,
               std::vector<Frame> frames = {}) {
  return fingerprint_of(class_name, message, frames);
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

}  // namespace
}  // namespace penstock::adapter
