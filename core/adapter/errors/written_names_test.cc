#include "adapter/errors/written_names.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(WrittenNames, AreWithoutWhatCompilersMadeOfThem) {
  for (const auto& [symbol, written] :
       {std::pair<std::string_view, std::string_view>("checkout", "checkout"),
        {"step2", "step2"},
        {"shop.v2.Cart.add", "shop.v2.Cart.add"},
        // Java, Kotlin and Scala.
        {"lambda$run$3", "lambda$run$"},
        {"Shop$1.run", "Shop$.run"},
        {"Shop$1Local.run", "Shop$Local.run"},
        {"Shop$Companion.of", "Shop$Companion.of"},
        {"$anonfun$main$12", "$anonfun$main$"},
        {"Shop$$EnhancerBySpringCGLIB$$1a2b3c4d.checkout", "Shop.checkout"},
        {"Shop$$SpringCGLIB$$0.checkout", "Shop.checkout"},
        {"Shop$$Lambda$14/0x0000000800c03000.run", "Shop.run"},
        {"Shop$$Lambda/0x00007f0c5c0a1200", "Shop"},
        {"Cart$HibernateProxy$Wp3rTq0z.total", "Cart.total"},
        {"com.sun.proxy.$Proxy12.save", "com.sun.proxy.$Proxy.save"},
        {"jdk.internal.reflect.GeneratedMethodAccessor97.invoke",
         "jdk.internal.reflect.GeneratedMethodAccessor.invoke"},
        // Go.
        {"main.(*Shop).Checkout.func1.2", "main.(*Shop).Checkout.func"},
        {"main.main.gowrap3", "main.main.gowrap"},
        {"main.func1", "main.func"},
        {"main.function1", "main.function1"},
        // C#.
        {"Shop.<RunAsync>d__12.MoveNext", "Shop.<RunAsync>d__.MoveNext"},
        {"Shop.<>c__DisplayClass4_0.<Run>b__1", "Shop.<>c__DisplayClass_.<Run>b__"},
        {"Shop.<Run>g__Local|3_0", "Shop.<Run>g__Local|_"},
        {"step__1", "step__1"},
        // Rust.
        {"shop::checkout::h0123456789abcdef", "shop::checkout"},
        {"shop::checkout::hat", "shop::checkout::hat"},
        {"::h0123456789abcdef", "::h0123456789abcdef"},
        {"", ""}}) {
    EXPECT_EQ(written_symbol(symbol), written) << symbol;
  }
}

TEST(WrittenNames, AreOneForFunctionsWithoutAName) {
  for (const std::string_view function :
       {"<anonymous>", "[anonymous]", "?", "Object.<anonymous>", "", "global code"}) {
    EXPECT_EQ(written_function(function), "") << function;
  }
  EXPECT_EQ(written_function("Object.checkout"), "checkout");
  EXPECT_EQ(written_function("Objects.checkout"), "Objects.checkout");
  EXPECT_EQ(written_function("Shop.<anonymous>"), "Shop.<anonymous>");
}

TEST(WrittenNames, AreWithoutBundlersHashes) {
  for (const auto& [file, written] : {std::pair<std::string_view, std::string_view>(
                                          "assets/index-BkVt3aZQ.js", "assets/index-#.js"),
                                      {"index-BkVtaZQr.js", "index-#.js"},
                                      {"index-Dk_3aZQ9.mjs", "index-#.mjs"},
                                      {"chunk-2ABQ7XYZ.cjs", "chunk-#.cjs"},
                                      {"chunk-VENDORAB.js", "chunk-#.js"},
                                      {"app.4fk2sz1q.chunk.js", "app.#.chunk.js"},
                                      {"app.#.js", "app.#.js"},
                                      // What people write.
                                      {"shop-checkout.js", "shop-checkout.js"},
                                      {"shop-CartPage.js", "shop-CartPage.js"},
                                      {"shop-version2.js", "shop-version2.js"},
                                      {"invoice-page-001.js", "invoice-page-001.js"},
                                      {"BkVt3aZQ.js", "BkVt3aZQ.js"},
                                      {"shop_BkVt3aZQ.js", "shop_BkVt3aZQ.js"},
                                      {"index-BkVt3aZQ.rb", "index-BkVt3aZQ.rb"},
                                      {"index-BkVt3aZQR.js", "index-BkVt3aZQR.js"},
                                      {"a.js.js", "a.js.js"},
                                      {".js", ".js"},
                                      {"", ""}}) {
    EXPECT_EQ(written_file(file), written) << file;
  }
}

TEST(WrittenNames, TellFramesThatNoLineStandsFor) {
  for (const Frame& frame : {Frame{"<anonymous>", "UtilityScript.evaluate", "1", true},
                             {"(unknown)", "run", "1"},
                             {"", "eval", "370", true},
                             {"", "?", ""},
                             {"eval at run (app.js:3:1)", "f", "1"},
                             {"/srv/shop.py", "<listcomp>", "3", true},
                             {"shop.py", "Cart.total.<locals>.<dictcomp>", "3", true}}) {
    EXPECT_TRUE(is_made_frame(frame)) << frame.file << " " << frame.function;
  }
  for (const Frame& frame : {Frame{"app.js", "eval", "1", true},
                             {"app.js", "?", "1", true},
                             {"", "shop::run", "", true},
                             {"/srv/shop.py", "<genexpr>", "3", true},
                             {"<string>", "<module>", "1"}}) {
    EXPECT_FALSE(is_made_frame(frame)) << frame.file << " " << frame.function;
  }
}

}  // namespace
}  // namespace penstock::adapter
