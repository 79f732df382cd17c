#include "import/split/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/split/row_list.h"

namespace penstock::importing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> dump_rows_of(std::string_view text, std::size_t step) {
  DumpSplitter splitter;
  return rows_of(splitter, text, step);
}

TEST(DumpSplitter, ReadsCopy) {
  const std::string_view dump =
      "--\n-- PostgreSQL database dump\n--\n\nSET x = 'a';\n"
      "COPY public.website_event (event_id, \"url_path\", note) FROM stdin;\n"
      "e1\t/a\\tb\\\\\\n\t\\N\n"
      "e2\t NULL \t\n"
      "e3\t/\n"
      "\\.\n\n\nCOPY public.session (id) FROM stdin;\ns1\n\\.\n";
  for (const std::size_t step : {1u, 9u, 10'000u}) {
    EXPECT_THAT(dump_rows_of(dump, step),
                ElementsAre("7: website_event: event_id=e1|url_path=/a\tb\\\n|note=",
                            "8: website_event: event_id=e2|url_path= NULL |note=",
                            "9 bad: has not as many values as its table has columns",
                            "14: session: id=s1"));
  }
}

TEST(DumpSplitter, ReadsInserts) {
  const std::string_view dump =
      "-- MySQL dump 10.13\nCREATE TABLE `t` (\n  `a` varchar(36) NOT NULL,\n  `b` int,\n"
      "  PRIMARY KEY (`a`)\n) ENGINE=InnoDB;\n"
      "INSERT INTO `t` VALUES ('x\\'y\\n',NULL),(_binary 'it''s, (b)', -1.5 );\n"
      "INSERT INTO `t` (`b`,\n `a`)\nVALUES\n(1,\n'two\nlines');\n"
      "INSERT INTO `u` VALUES (1);\n";
  for (const std::size_t step : {1u, 9u, 10'000u}) {
    EXPECT_THAT(
        dump_rows_of(dump, step),
        ElementsAre("7: t: a=x'y\n|b=", "7: t: a=it's, (b)|b=-1.5", "11: t: b=1|a=two\nlines",
                    "14 bad: is of a table whose columns nothing before it names"));
  }
  EXPECT_THAT(dump_rows_of("INSERT INTO public.t (a) VALUES ('C:\\dir');\n", 3),
              ElementsAre("1: t: a=C:\\dir"));
}

TEST(DumpSplitter, TellsWhereADumpIsCutOff) {
  EXPECT_THAT(dump_rows_of("COPY t (a) FROM stdin;\n1\n", 4),
              ElementsAre("2: t: a=1", "3 bad: is where the dump is cut off"));
  EXPECT_THAT(dump_rows_of("INSERT INTO t (a) VALUES ('1", 4),
              ElementsAre("1 bad: is where the dump is cut off"));
}

TEST(DumpSplitter, BoundsRowsAndLines) {
  const std::string longer(kRowBytesMax + 100, 'x');
  EXPECT_THAT(dump_rows_of("COPY t (a) FROM stdin;\n" + longer + "\n1\n\\.\n" + longer +
                               "\nINSERT INTO t (a) VALUES ('" + longer + "'),('2');",
                           65'536),
              ElementsAre("2 bad: is longer than 8 MiB", "3: t: a=1", "6 bad: is longer than 8 MiB",
                          "6: t: a=2"));
}

TEST(BeginsLikeDump, KnowsDumps) {
  EXPECT_TRUE(begins_like_dump("\n--\n-- PostgreSQL database dump"));
  EXPECT_TRUE(begins_like_dump("\\restrict abc"));
  EXPECT_TRUE(begins_like_dump("/*!40101 SET"));
  EXPECT_TRUE(begins_like_dump("copy t (a) FROM stdin;"));
  EXPECT_FALSE(begins_like_dump("website_id,session_id"));
  EXPECT_FALSE(begins_like_dump(""));
}

}  // namespace
}  // namespace penstock::importing
