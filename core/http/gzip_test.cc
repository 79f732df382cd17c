#include "http/gzip.h"

#include <gtest/gtest.h>

#include "http/body_decoder.h"

namespace penstock::http {
namespace {

TEST(Gzip, IsUndoneByTheDecoder) {
  BodyDecoder decoder;
  for (const std::string& text : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    std::string out;
    ASSERT_TRUE(decoder.decode(*codings_of("gzip"), gzip(text), 1 << 20, out));
    EXPECT_EQ(out, text);
    out.clear();
    ASSERT_TRUE(decoder.decode(*codings_of("gzip"), gzip(text, GzipEffort::kLeast), 1 << 20, out));
    EXPECT_EQ(out, text);
  }
}

TEST(Gzip, MakesTheSameBytesEachTime) { EXPECT_EQ(gzip("a text"), gzip("a text")); }

TEST(AcceptsGzip, ReadsTheList) {
  for (const char* list :
       {"gzip", "GZIP", "deflate, gzip", "br;q=1.0, gzip;q=0.8", " gzip ; q=1", "gzip;q=0.001"}) {
    EXPECT_TRUE(accepts_gzip(list)) << list;
  }
  for (const char* list : {"", "identity", "x-gzip", "gzipped", "br", "gzip;q=0", "gzip;q=0.0",
                           "gzip;q=0.000", ",", "br,"}) {
    EXPECT_FALSE(accepts_gzip(list)) << list;
  }
}

}  // namespace
}  // namespace penstock::http
