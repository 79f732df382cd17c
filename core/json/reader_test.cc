#include "json/reader.h"

#include <cstring>
#include <memory>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::json {
namespace {

using ::testing::ElementsAre;

// The text in a block of its own size, so that a sanitizer sees a read behind it.
std::unique_ptr<char[]> exact_copy(std::string_view text) {
  auto copy = std::make_unique<char[]>(text.size());
  std::memcpy(copy.get(), text.data(), text.size());
  return copy;
}

// Reads every value to its last leaf.
Result<void> look_at_all(Value& value) {
  switch (value.kind()) {
    case Kind::kObject:
      return value.members([](std::string_view, Value& member) { return look_at_all(member); });
    case Kind::kArray:
      return value.elements([](Value& element) { return look_at_all(element); });
    case Kind::kString:
      PENSTOCK_TRY(value.string());
      return {};
    case Kind::kNumber:
    case Kind::kBool:
    case Kind::kNull:
      return {};
  }
  return {};
}

Result<void> copy_to(std::string& out, Value& value) { return value.append_to(out, 1024); }

struct Case {
  const char* name;
  std::string_view text;
};

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// The three ways in which a value may be passed must agree on what is valid.
void expect_validity(const Case& c, bool is_valid) {
  const auto text = exact_copy(c.text);
  const std::string_view view(text.get(), c.text.size());
  Reader reader;
  std::string copy;
  EXPECT_EQ(bool(reader.read(view, [](Value&) -> Result<void> { return {}; })), is_valid)
      << c.name << " unvisited";
  EXPECT_EQ(bool(reader.read(view, [](Value& root) { return look_at_all(root); })), is_valid)
      << c.name << " visited";
  EXPECT_EQ(bool(reader.read(view, [&](Value& root) { return copy_to(copy, root); })), is_valid)
      << c.name << " copied";
}

TEST(Reader, AcceptsWhatIsJson) {
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"y_object_empty", "{}"},
      {"y_array_empty", "[]"},
      {"y_byte_order_mark", "\xef\xbb\xbf{}"},
      {"y_byte_order_mark_and_space", "\xef\xbb\xbf \n[1]"},
      {"y_white_space_around", " \t\r\n[ ] \n"},
      {"y_nested", R"({"a":[{"b":[]},{"c":{}}],"d":null})"},
      {"y_string_empty", R"("")"},
      {"y_string_escapes", R"("\"\\\/\b\f\n\r\t\u00e9")"},
      {"y_string_surrogate_pair", R"("\ud83d\ude00")"},
      {"y_string_nul_escape", R"(["\u0000"])"},
      {"y_string_utf8", "[\"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"]"},
      {"y_string_del", "[\"\x7f\"]"},
      {"y_string_structure_inside", R"({"{\"[,:]}":"]}"})"},
      {"y_string_backslash_run", R"(["\\\\","\\\"","\\"])"},
      {"y_number_zero", "0"},
      {"y_number_minus_zero", "[-0]"},
      {"y_number_fraction", "[0.5,-1.25]"},
      {"y_number_exponents", "[1e5,1E+5,1e-5,0e0,1.5e3]"},
      {"y_number_huge", "[123456789012345678901234567890,1e400,-1e-400]"},
      {"y_literals", "[true,false,null]"},
      {"y_literal_alone", "true"},
      {"y_white_space_between", "{ \"a\" :\t1 ,\r\n\"b\" : [ 1 , 2 ] }"},
      {"y_key_empty", R"({"":0})"},
      {"y_key_twice", R"({"a":1,"a":2})"},
      {"y_key_escaped", R"({"\u0061\n":1})"},
      {"y_lone_surrogate", R"(["\ud800","\udc00x","\ud800\u0041","\ude00\ud83d"])"},
  };
  for (const Case& c : cases) expect_validity(c, true);
}

TEST(Reader, RefusesWhatIsNot) {
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"n_nothing", ""},
      {"n_white_space_only", " \n\t"},
      {"n_object_open", "{"},
      {"n_object_key_only", R"({"a")"},
      {"n_object_no_value", R"({"a":})"},
      {"n_object_no_colon", R"({"a" 1})"},
      {"n_object_double_colon", R"({"a"::1})"},
      {"n_object_no_comma", R"({"a":1 "b":2})"},
      {"n_object_trailing_comma", R"({"a":1,})"},
      {"n_object_leading_comma", R"({,"a":1})"},
      {"n_object_double_comma", R"({"a":1,,"b":2})"},
      {"n_object_number_key", "{1:2}"},
      {"n_object_bare_key", "{a:1}"},
      {"n_object_single_quotes", "{'a':1}"},
      {"n_object_closed_as_array", R"({"a":1])"},
      {"n_object_missing_end", R"({"a":{"b":1})"},
      {"n_array_open", "["},
      {"n_array_value_open", "[1"},
      {"n_array_no_comma", "[1 2]"},
      {"n_array_strings_touch", R"(["a""b"])"},
      {"n_array_string_then_word", R"(["a"b])"},
      {"n_array_trailing_comma", "[1,]"},
      {"n_array_leading_comma", "[,1]"},
      {"n_array_only_comma", "[,]"},
      {"n_array_colon", "[1:2]"},
      {"n_array_closed_as_object", "[1}"},
      {"n_array_nested_open", "[[[1]]"},
      {"n_close_only", "]"},
      {"n_trailing_bracket", "[]]"},
      {"n_trailing_word", "{} x"},
      {"n_trailing_comma", "{},"},
      {"n_trailing_document", "{}{}"},
      {"n_trailing_after_number", "1 1"},
      {"n_trailing_nul", "[]\0"sv},
      {"n_comment", "[1/*c*/]"},
      {"n_literal_case", "[True]"},
      {"n_literal_short", "[tru]"},
      {"n_literal_long", "[nulls]"},
      {"n_literal_joined", "[truefalse]"},
      {"n_literal_other", "[undefined,NaN,Infinity]"},
      {"n_literal_quote_inside", R"([tr"ue"])"},
      {"n_number_plus", "[+1]"},
      {"n_number_leading_zero", "[01]"},
      {"n_number_minus_leading_zero", "[-01]"},
      {"n_number_no_integer", "[.5]"},
      {"n_number_no_fraction", "[1.]"},
      {"n_number_no_exponent", "[1e]"},
      {"n_number_exponent_sign_only", "[1e+]"},
      {"n_number_minus_only", "[-]"},
      {"n_number_two_dots", "[1.2.3]"},
      {"n_number_hex", "[0x1F]"},
      {"n_number_tail", "[12a]"},
      {"n_number_minus_space", "[- 1]"},
      {"n_number_nul", "[1\0]"sv},
      {"n_number_form_feed", "[1\f]"},
      {"n_string_open", R"(["a)"},
      {"n_string_open_escaped", R"(["a\"])"},
      {"n_string_bad_escape", R"(["\x"])"},
      {"n_string_bad_escape_key", R"({"\a":1})"},
      {"n_string_short_unicode", R"(["\u12"])"},
      {"n_string_bad_unicode", R"(["\u12g4"])"},
      {"n_string_bad_unicode_case", R"(["\U0041"])"},
      {"n_string_tab", "[\"a\tb\"]"},
      {"n_string_newline", "[\"a\nb\"]"},
      {"n_string_nul", "[\"a\0b\"]"sv},
      {"n_string_single_quotes", "['a']"},
      {"n_utf8_overlong", "[\"\xc0\xaf\"]"},
      {"n_utf8_surrogate", "[\"\xed\xa0\x80\"]"},
      {"n_utf8_too_high", "[\"\xf4\x90\x80\x80\"]"},
      {"n_utf8_cut", "[\"\xe2\x82\"]"},
      {"n_utf8_continuation", "[\"\x80\"]"},
      {"n_utf8_outside", "[1]\xff"},
      {"n_byte_order_mark_alone", "\xef\xbb\xbf"},
      {"n_byte_order_mark_twice", "\xef\xbb\xbf\xef\xbb\xbf{}"},
      {"n_byte_order_mark_inside", "[\xef\xbb\xbf]"},
      {"n_byte_order_mark_of_utf16", "\xff\xfe[\0]"},
      {"n_escape_outside", R"([\"a"])"},
      {"n_escaped_space", "[\\ 1]"},
      {"n_white_space_form_feed", "[\f]"},
      {"n_white_space_no_break", "[\xc2\xa0]"},
  };
  for (const Case& c : cases) expect_validity(c, false);
}

TEST(Reader, RefusesDepthBeyondItsLimitWithoutRecursion) {
  expect_validity({"at the limit", repeat("[", 1024) + repeat("]", 1024)}, true);
  expect_validity({"beyond it", repeat("[", 1025) + repeat("]", 1025)}, false);
  expect_validity({"objects", repeat("{\"a\":", 2000) + "1" + repeat("}", 2000)}, false);
  expect_validity({"never closed", repeat("[", 100'000)}, false);
}

TEST(Reader, FindsFaultsBeyondTheFirstBlockOfSixtyFourBytes) {
  const std::string filler = R"({"filler":")" + repeat("x", 200) + R"(","a":)";
  expect_validity({"good", filler + "1}"}, true);
  expect_validity({"bad number", filler + "01}"}, false);
  expect_validity({"unclosed", filler + "\"}"}, false);
}

// Reads one document and gives each member as "key=text".
std::vector<std::string> members_of(std::string_view text) {
  Reader reader;
  std::vector<std::string> out;
  const auto read = reader.read(text, [&](Value& root) {
    return root.members([&](std::string_view key, Value& value) -> Result<void> {
      out.push_back(std::string(key) + "=");
      if (value.kind() == Kind::kString) {
        out.back() += *value.string();
        return {};
      }
      return value.append_to(out.back(), 10);
    });
  });
  if (!read) out.push_back("failed");
  return out;
}

TEST(Reader, GivesMembersInOrderWithEscapesUndone) {
  EXPECT_THAT(
      members_of(R"({"a":"x\ty","\u0062":"\u20ac\ud83d\ude00\"","c":"\ud83d!","n":-1.50E2})"),
      ElementsAre("a=x\ty", "b=\xe2\x82\xac\xf0\x9f\x98\x80\"", "c=\xef\xbf\xbd!", "n=-1.50E2"));
}

TEST(Reader, KeepsEarlierTextsGoodWhileLaterOnesAreUnescaped) {
  std::string text = "[";
  for (int i = 0; i < 500; ++i) text += str_cat(i == 0 ? "" : ",", R"("\n)", i, "\"");
  text += ']';
  Reader reader;
  std::vector<std::string_view> views;

  ASSERT_TRUE(reader.read(text, [&](Value& root) {
    return root.elements([&](Value& value) -> Result<void> {
      views.push_back(*value.string());
      EXPECT_EQ(value.string()->data(), views.back().data());  // Asking twice costs nothing.
      return {};
    });
  }));

  for (int i = 0; i < 500; ++i) EXPECT_EQ(views[static_cast<std::size_t>(i)], str_cat("\n", i));
}

TEST(Reader, TellsNumbersApart) {
  Reader reader;
  const auto with = [&](std::string_view text, auto check) {
    EXPECT_TRUE(reader.read(text, [&](Value& root) -> Result<void> {
      check(root);
      return {};
    })) << text;
  };
  with("9223372036854775807", [](Value& v) { EXPECT_EQ(v.integer().value(), INT64_MAX); });
  with("-9223372036854775808", [](Value& v) { EXPECT_EQ(v.integer().value(), INT64_MIN); });
  with("9223372036854775808", [](Value& v) { EXPECT_FALSE(v.integer()); });
  with("1.0", [](Value& v) {
    EXPECT_FALSE(v.integer());
    EXPECT_EQ(v.number().value(), 1.0);
  });
  with("1e3", [](Value& v) { EXPECT_EQ(v.number().value(), 1000.0); });
  with("1e999", [](Value& v) { EXPECT_FALSE(v.number()); });
  with("true", [](Value& v) {
    EXPECT_TRUE(v.boolean().value());
    EXPECT_FALSE(v.string());
    EXPECT_FALSE(v.number());
    EXPECT_FALSE(v.members([](std::string_view, Value&) -> Result<void> { return {}; }));
  });
}

std::string compact(std::string_view text, std::uint32_t depth_max = 100) {
  Reader reader;
  std::string out = "<";
  const auto read = reader.read(
      text, [&](Value& root) -> Result<void> { return root.append_to(out, depth_max); });
  return read ? out + ">" : out + "failed";
}

TEST(Reader, CopiesWithoutWhiteSpaceAndWithAllDigits) {
  EXPECT_EQ(compact(" { \"a\" : [ 1.50e+02 , 123456789012345678901 ] ,\n \"b c\":\"d  e\" } "),
            R"(<{"a":[1.50e+02,123456789012345678901],"b c":"d  e"}>)");
  EXPECT_EQ(compact(R"({"a":"\u0000\/","b":{}})"), R"(<{"a":"\u0000\/","b":{}}>)");
  EXPECT_EQ(compact(R"( "\u00e9" )"), R"(<"\u00e9">)");
}

// One blank at each place where one may stand, and at all of them; with texts of many lengths.
TEST(Reader, CopiesTheSameWhereverThereIsWhiteSpace) {
  for (const std::size_t bytes :
       {0u, 1u, 3u, 4u, 7u, 8u, 15u, 16u, 17u, 32u, 33u, 255u, 256u, 300u}) {
    const std::string text(bytes, 'x');
    std::vector<std::string> tokens;
    std::istringstream words(
        R"({ "T" : [ -1.5e3 , true , "\u00e9T" ] , "\ud800" : { } , "b" : "T" , "c" : null })");
    for (std::string word; words >> word;) {
      if (const auto at = word.find('T'); at != std::string::npos) word.replace(at, 1, text);
      tokens.push_back(word);
    }
    std::string expected = "<";
    for (const std::string& token : tokens) expected += token;
    expected.replace(expected.find(R"(\ud800)"), 6, R"(\ufffd)");
    for (std::size_t blank = 0; blank <= tokens.size() + 1; ++blank) {
      std::string spaced;
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i == blank || blank > tokens.size()) spaced += i % 2 == 0 ? " " : "\r\n\t ";
        spaced += tokens[i];
      }
      EXPECT_EQ(compact(spaced + " "), expected + ">") << spaced;
    }
  }
}

// PostgreSQL's jsonb refuses half a pair, and scripts make them by cutting texts.
TEST(Reader, CopiesHalfASurrogatePairAsTheReplacementCharacter) {
  EXPECT_EQ(compact(R"(["\ud83d","a\ude00b","\ud83d\ude00"])"),
            R"(<["\ufffd","a\ufffdb","\ud83d\ude00"]>)");
}

TEST(Reader, CopiesNothingOfWhatIsTooDeepAndReadsOn) {
  EXPECT_EQ(compact("[[1]]", 2), "<[[1]]>");
  EXPECT_EQ(compact("[[1]]", 1), "<failed");
  Reader reader;
  std::string out;
  int later = 0;
  EXPECT_TRUE(reader.read(R"({"a":[[[1]]],"b":2})", [&](Value& root) {
    return root.members([&](std::string_view key, Value& value) -> Result<void> {
      if (key == "a") {
        EXPECT_FALSE(value.append_to(out, 2));
      } else {
        later = static_cast<int>(*value.integer());
      }
      return {};
    });
  }));
  EXPECT_EQ(out, "");
  EXPECT_EQ(later, 2);
}

TEST(Reader, GivesAValuesTextAsItStands) {
  Reader reader;
  std::vector<std::string> raw;
  ASSERT_TRUE(reader.read(R"({"a": [1, {"b" :2} ] , "c":"\n", "d":12 })", [&](Value& root) {
    return root.members([&](std::string_view, Value& value) -> Result<void> {
      raw.emplace_back(*value.raw(5));
      return {};
    });
  }));
  EXPECT_THAT(raw, ElementsAre(R"([1, {"b" :2} ])", R"("\n")", "12"));
}

TEST(Reader, PassesOverWhatAVisitorLeaves) {
  EXPECT_THAT(members_of(R"({"a":{"b":[1,2]},"c":1})"), ElementsAre(R"(a={"b":[1,2]})", "c=1"));
  Reader reader;
  int count = 0;
  ASSERT_TRUE(reader.read(R"({"a":{"b":[1,2]},"c":[{}],"d":"x"})", [&](Value& root) {
    return root.members([&](std::string_view, Value&) -> Result<void> {
      ++count;
      return {};
    });
  }));
  EXPECT_EQ(count, 3);
}

TEST(Reader, EndsWithTheVisitorsOwnFailure) {
  Reader reader;
  const auto read = reader.read("[1,2]", [&](Value& root) {
    return root.elements([](Value&) -> Result<void> {
      return fail(ErrorCode::kOverloaded, 7, "a visitor's own reason");
    });
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(read.error().native, 7);
  EXPECT_FALSE(reader.failed_on_syntax());
}

TEST(Reader, DoesNotForgetAFaultThatAVisitorDrops) {
  Reader reader;
  const auto read = reader.read(R"({"a":[1 2],"b":3})", [&](Value& root) {
    return root.members([](std::string_view, Value& value) -> Result<void> {
      if (value.kind() == Kind::kArray) {
        EXPECT_FALSE(value.elements([](Value&) -> Result<void> { return {}; }));
      }
      return {};
    });
  });
  EXPECT_FALSE(read);
  EXPECT_TRUE(reader.failed_on_syntax());
}

// What the header promises to adapters that hand an event on as soon as its object is closed.
TEST(Reader, HasCheckedAllWhenTheRootIsClosed) {
  Reader reader;
  bool is_closed = false;
  EXPECT_FALSE(reader.read("{\"a\":1} trailing", [&](Value& root) -> Result<void> {
    PENSTOCK_TRY(root.members([](std::string_view, Value&) -> Result<void> { return {}; }));
    is_closed = true;
    return {};
  }));
  EXPECT_FALSE(is_closed);
}

TEST(Reader, SaysWhereTheSyntaxBroke) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {R"({"a":01})", 5},
      {R"({"a":1 "b":2})", 7},
      {"[1,2", 4},
      {"[\"a\x01\"]", 3},
      {"[\"a\", \"bc]", 6},
      {"[\"\xff\"]", 2},
      {R"(["\u00e9", "\x"])", 11},
      {"{} []", 3},
      {"", 0},
  };
  for (const auto& [text, offset] : cases) {
    Reader reader;
    const auto read = reader.read(text, [](Value&) -> Result<void> { return {}; });
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(reader.failed_on_syntax());
    EXPECT_EQ(reader.error_offset(), offset) << text;
    EXPECT_EQ(read.error().native, static_cast<std::int64_t>(offset)) << text;
  }
}

std::vector<std::string> lines_of(std::string_view text, bool goes_on) {
  Reader reader;
  std::vector<std::string> out;
  const auto bad = [&](std::size_t line, const Error& error) -> Result<void> {
    out.push_back(str_cat(line, " bad at ", error.native, " ", reader.error_offset()));
    return {};
  };
  const FunctionRef<Result<void>(std::size_t, const Error&)> on_bad_line(bad);
  const auto read = reader.read_lines(
      text,
      [&](std::size_t line, Value& root) -> Result<void> {
        out.push_back(str_cat(line, " "));
        return root.append_to(out.back(), 9);
      },
      goes_on ? &on_bad_line : nullptr);
  if (!read) out.push_back(str_cat("failed at ", reader.error_offset()));
  return out;
}

TEST(Reader, ReadsLinesOfAllKinds) {
  EXPECT_THAT(lines_of("{\"a\":1}\n[2]\n3", false), ElementsAre("0 {\"a\":1}", "1 [2]", "2 3"));
  EXPECT_THAT(lines_of("{}\r\n\r\n \t\n[]\r\n", false), ElementsAre("0 {}", "3 []"));
  EXPECT_THAT(lines_of("\n\n", false), ElementsAre());
  EXPECT_THAT(lines_of("", false), ElementsAre());
}

TEST(Reader, GoesOnBehindABadLineOnlyWhereToldTo) {
  const std::string_view text = "{}\n{\"a\":\"\n[1]\n{} x\n2";
  EXPECT_THAT(lines_of(text, false), ElementsAre("0 {}", "failed at 8"));
  // The visitor sees the last bad line before its end is known to be bad.
  EXPECT_THAT(lines_of(text, true),
              ElementsAre("0 {}", "1 bad at 5 8", "2 [1]", "3 {}", "3 bad at 3 17", "4 2"));
}

TEST(Reader, ReadsOneDocumentAfterAnotherOfAnySize) {
  Reader reader;
  const std::string large = "[" + repeat("1,", 3'000'000) + "1]";
  std::size_t count = 0;
  const auto counting = [&](Value& root) {
    return root.elements([&](Value&) -> Result<void> {
      ++count;
      return {};
    });
  };
  ASSERT_TRUE(reader.read("[1]", counting));
  ASSERT_TRUE(reader.read(large, counting));
  ASSERT_TRUE(reader.read("[1]", counting));
  EXPECT_EQ(count, 3'000'003u);
}

TEST(Reader, GivesBackWhatALargeTextTook) {
  Reader reader;
  const auto read = [&](std::string_view text) {
    return reader.read(text, [](Value& root) -> Result<void> {
      const auto string = root.string();
      return string ? Result<void>() : fail(string.error());
    });
  };
  ASSERT_TRUE(read("\"" + std::string(200'000, 'x') + "\\n\""));
  EXPECT_GT(reader.shrink(65'536), 200'000u);
  EXPECT_EQ(reader.shrink(65'536), 0u);
  EXPECT_TRUE(read(R"("a\n")"));
}

// The members' names and texts, read `times` times.
std::vector<std::string_view> texts_of(Value& object, int times) {
  std::vector<std::string_view> texts;
  for (int i = 0; i < times; ++i) {
    if (i > 0) object.rewind();
    EXPECT_TRUE(object.members([&](std::string_view key, Value& value) -> Result<void> {
      texts.push_back(key);
      texts.push_back(value.string().value_or("?"));
      return {};
    }));
  }
  return texts;
}

TEST(Reader, ReadsAContainerAgain) {
  Reader reader;
  for (const std::string& padding : {std::string(), std::string(300, 'x')}) {
    const std::string text =
        R"({"a":{"\u0062":"\u0063","d":"\n)" + padding + R"("},"e":[1,{"f":2}]})";
    std::string object, list;
    std::vector<std::string_view> texts;
    const auto read = reader.read(text, [&](Value& root) {
      return root.members([&](std::string_view key, Value& value) -> Result<void> {
        if (key == "a") {
          PENSTOCK_TRY(value.append_to(object, 9));
          value.rewind();
          texts = texts_of(value, 3);
          return {};
        }
        EXPECT_EQ(value.raw(9).value_or("?"), R"([1,{"f":2}])");
        value.rewind();
        PENSTOCK_TRY(value.append_to(list, 9));
        value.rewind();  // And left as it is.
        return {};
      });
    });
    ASSERT_TRUE(read);
    EXPECT_EQ(list, R"([1,{"f":2}])");
    EXPECT_EQ(object, R"({"\u0062":"\u0063","d":"\n)" + padding + R"("})");
    EXPECT_EQ(texts.size(), 12u);
    for (std::size_t i = 0; i + 3 < texts.size(); i += 4) {
      EXPECT_EQ(texts[i], "b");
      EXPECT_EQ(texts[i + 1], "c");
      EXPECT_EQ(texts[i + 2], "d");
      EXPECT_EQ(texts[i + 3], "\n" + padding);
    }
  }
}

TEST(Reader, ReadsTheRootAgainAndChecksItToItsEnd) {
  Reader reader;
  const auto twice = [](Value& root) -> Result<void> {
    static_cast<void>(texts_of(root, 2));
    return {};
  };
  EXPECT_TRUE(reader.read(R"({"a":"b"})", twice));
  EXPECT_TRUE(reader.read(R"({"a":"b"} )", [](Value& root) -> Result<void> {
    PENSTOCK_TRY(root.raw(9));
    root.rewind();
    return {};
  }));
  EXPECT_FALSE(reader.read(R"({"a":"b"} x)", [](Value& root) -> Result<void> {
    static_cast<void>(root.raw(9));
    root.rewind();
    static_cast<void>(root.raw(9));
    return {};
  }));
  EXPECT_FALSE(reader.read(R"({"a":"b")", [](Value& root) -> Result<void> {
    static_cast<void>(root.raw(9));
    root.rewind();
    return {};
  }));
}

}  // namespace
}  // namespace penstock::json
