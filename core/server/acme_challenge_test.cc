#include "server/acme_challenge.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_dir.h"

namespace penstock::server {
namespace {

class AcmeChallengeTest : public ::testing::Test {
 protected:
  std::optional<http::Response> ask(const std::string& path,
                                    http::Method method = http::Method::kGet) {
    http::Request request;
    request.method = method;
    request.path = path;
    return answer_challenge(request, folder_);
  }
  int status_of(const std::string& token) {
    const auto answer = ask("/.well-known/acme-challenge/" + token);
    return answer ? answer->status : 0;
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(dir_.path(name), std::ios::binary) << text;
  }

  const testing::TempDir dir_;
  std::string folder_ = dir_.path();
};

TEST_F(AcmeChallengeTest, AnswersWithTheFileOfTheToken) {
  put("Token-_09", "Token-_09.print");
  const auto answer = ask("/.well-known/acme-challenge/Token-_09");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "Token-_09.print");
  EXPECT_EQ(answer->content_type, "application/octet-stream");
  put("empty", "");
  EXPECT_EQ(status_of("empty"), 200);
}

TEST_F(AcmeChallengeTest, LeavesAllElseToOthers) {
  put("x", "x");
  EXPECT_FALSE(ask("/x"));
  EXPECT_FALSE(ask("/.well-known/acme-challenge"));
  EXPECT_FALSE(ask("/.well-known/security.txt"));
  folder_.clear();
  EXPECT_FALSE(ask("/.well-known/acme-challenge/x"));
}

TEST_F(AcmeChallengeTest, ReadsNothingButSmallRegularFilesOfATokensName) {
  put("x", "x");
  put(".hidden", "x");
  put("a.b", "x");
  put("large", std::string(1'025, 'x'));
  put("fits", std::string(1'024, 'x'));
  std::filesystem::create_directory(dir_.path("folder"));
  put("folder/x", "x");
  std::filesystem::create_symlink("/etc/hostname", dir_.path("out"));
  std::filesystem::create_symlink(dir_.path("x"), dir_.path("within"));
  ASSERT_EQ(::mkfifo(dir_.path("fifo").c_str(), 0600), 0);
  for (const char* token :
       {"", ".", "..", ".hidden", "a.b", "large", "folder", "folder/x", "folder%2fx", "../x",
        "%2e%2e", "out", "within", "fifo", "none", "x/", "x%00", "x?", "\xc3\xa4"}) {
    EXPECT_EQ(status_of(token), 404) << token;
  }
  EXPECT_EQ(status_of(std::string("x\0y", 3)), 404);
  EXPECT_EQ(status_of(std::string(5'000, 'a')), 404);
  EXPECT_EQ(status_of("fits"), 200);
  folder_ = dir_.path("absent");
  EXPECT_EQ(status_of("x"), 404);
}

TEST_F(AcmeChallengeTest, IsReadAlone) {
  put("x", "x");
  EXPECT_EQ(ask("/.well-known/acme-challenge/x", http::Method::kHead)->status, 200);
  const auto answer = ask("/.well-known/acme-challenge/x", http::Method::kPost);
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(answer->headers.front().second, "GET, HEAD");
}

}  // namespace
}  // namespace penstock::server
