#include <gtest/gtest.h>

#include "console/api/endpoints/error_testing.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::StoredErrors;

class ErrorNotes : public StoredErrors {};

TEST_F(ErrorNotes, AreLeftAndRemoved) {
  const std::string path = str_cat("/errors/", id_of("\"f1\""), "/notes");
  EXPECT_EQ(get(path).body, R"({"notes":[]})");
  const Answer note = send("POST", path, R"({"text":" seen on <shop> \n"})");
  ASSERT_EQ(note.status, 200) << note.body;
  EXPECT_TRUE(note.says(R"("author":"ada@x")"));
  EXPECT_TRUE(note.says(R"("may_remove":true)"));
  const Answer list = get(path);
  EXPECT_TRUE(list.says(R"("text":"seen on \u003cshop\u003e",)")) << list.body;
  EXPECT_TRUE(list.says(R"("may_remove":false)"));

  EXPECT_EQ(send("POST", path, R"({"text":" \n "})").status, 422);
  EXPECT_EQ(send("POST", path, R"({})").status, 400);
  EXPECT_EQ(send("POST", path, str_cat(R"({"text":")", std::string(4'001, 'x'), "\"}")).status,
            422);
  EXPECT_EQ(send("POST", "/errors/99/notes", R"({"text":"x"})").status, 404);
  EXPECT_EQ(get("/errors/99/notes").status, 404);
  EXPECT_EQ(
      console_.ask("POST", str_cat("/api/v1", path), bob_.headers(), R"({"text":"x"})").status,
      403);

  const std::size_t at = note.body.find("\"id\":") + 5;
  const std::string id = note.body.substr(at, note.body.find(',', at) - at);
  EXPECT_EQ(send("DELETE", str_cat("/errors/notes/", id), "").status, 204);
  EXPECT_EQ(send("DELETE", str_cat("/errors/notes/", id), "").status, 404);
  EXPECT_EQ(get(path).body, R"({"notes":[]})");
}

TEST_F(ErrorNotes, AreTheirAuthorsAndAdministrators) {
  const std::string path = str_cat("/errors/", id_of("\"f1\""), "/notes");
  ASSERT_EQ(send("POST", path, R"({"text":"mine"})").status, 200);
  console_.add_user("eve@x", Role::kEditor);
  console_.add_user("root@x", Role::kAdmin);
  const auto remove = [&](std::string_view email) {
    return console_.ask("DELETE", "/api/v1/errors/notes/1", console_.sign_in(email).headers());
  };
  EXPECT_EQ(remove("eve@x").member("error"), "not_yours");
  EXPECT_EQ(remove("root@x").status, 204);
}

}  // namespace
}  // namespace penstock::console
