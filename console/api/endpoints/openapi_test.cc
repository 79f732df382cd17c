#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/routes.h"
#include "console/api/endpoints/test_console.h"
#include "json/reader.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

// Every path, method and parameter that openapi.json names is there.
TEST(Openapi, IsTrueOfEveryRoute) {
  TestConsole console;
  console.add_user("viewer@x", Role::kViewer);
  console.start();
  Answer answer = console.ask("GET", "/api/v1/openapi.json");
  ASSERT_EQ(answer.status, 200);
  const Visitor visitor = console.sign_in("viewer@x");

  reserve_padding(answer.body);
  int operations = 0;
  int parameters = 0;
  const auto read_operation = [&](const std::string& path, json::Value& operation) {
    return operation.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "parameters") return {};
      return value.elements([&](json::Value& parameter) -> Result<void> {
        std::string name;
        std::string place;
        PENSTOCK_TRY(parameter.members([&](std::string_view k, json::Value& v) -> Result<void> {
          if (k == "name") name = *v.string();
          if (k == "in") place = *v.string();
          return {};
        }));
        if (place != "query") return {};
        const Answer tried = console.ask_stream(str_cat(path, "?", name, "=x"), visitor.headers());
        EXPECT_FALSE(tried.says("no such parameter")) << path << " " << name << tried.body;
        ++parameters;
        return {};
      });
    });
  };
  json::Reader reader;
  const auto read = reader.read(answer.body, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "paths") return {};
      return value.members([&](std::string_view path_view, json::Value& methods) {
        const std::string path(path_view);
        return methods.members([&](std::string_view, json::Value& operation) {
          ++operations;
          return read_operation(path, operation);
        });
      });
    });
  });
  EXPECT_TRUE(read);
  EXPECT_EQ(operations, static_cast<int>(routes().size()));
  EXPECT_GT(parameters, 50);
}

TEST(Openapi, SaysWhichAnswersAreNotRepeated) {
  const std::string text = openapi_text("1");
  const auto count = [&](std::string_view needle) {
    int found = 0;
    for (std::size_t at = 0; (at = text.find(needle, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  const auto filtered = std::count_if(routes().begin(), routes().end(), [](const Route& route) {
    return route.is_filtered && route.lane != Lane::kExports && route.lane != Lane::kStreams &&
           !route.is_changing();
  });
  EXPECT_EQ(count("\"304\""), filtered);
  EXPECT_EQ(count("\"If-None-Match\""), filtered);
}

TEST(Openapi, SaysWhatEachRouteRefuses) {
  const std::string text = openapi_text("1");
  const auto count = [&](std::string_view status) {
    const std::string needle = str_cat("\"", status, "\":{\"description\"");
    int found = 0;
    for (std::size_t at = 0; (at = text.find(needle, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  const auto open = std::count_if(routes().begin(), routes().end(), [](const Route& route) {
    return route.access == Access::kAnyone;
  });
  const auto all = static_cast<std::ptrdiff_t>(routes().size());
  EXPECT_GT(open, 0);
  EXPECT_EQ(count("401"), all - open);
  EXPECT_EQ(count("403"), all - open);
  EXPECT_EQ(count("503"), all);
  EXPECT_EQ(count("default"), all);
  const auto one = std::count_if(routes().begin(), routes().end(), [](const Route& route) {
    return route.path.find("{}") != std::string_view::npos;
  });
  EXPECT_EQ(count("404"), one);
}

}  // namespace
}  // namespace penstock::console
