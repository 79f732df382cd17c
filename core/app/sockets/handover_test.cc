#include "app/sockets/handover.h"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/loop_thread.h"
#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::app {
namespace {

using testing::wait_for;

// The predecessor runs on a thread of its own; the test is the successor.
class HandoverTest : public ::testing::Test {
 protected:
  HandoverTest() {
    auto socket = io::ListenSocket::open(*io::parse_socket_address("127.0.0.1:0"));
    socket_ = std::make_unique<io::ListenSocket>(std::move(*socket));
  }
  void TearDown() override {
    thread_.stop();
    offer_.reset();
  }

  void open() {
    auto opened = HandoverOffer::open(
        dir_.path(), thread_.loop(),
        {[this] { return refusal_; },
         [this] {
           return std::vector<HandoverOffer::Offered>{{"a", socket_->fd()}, {"b", socket_->fd()}};
         },
         [this] {
           was_taken_ = true;
           offer_.reset();
         }});
    ASSERT_TRUE(opened) << to_text(opened.error());
    offer_ = std::move(*opened);
    thread_.start();
  }
  bool is_under_way() {
    bool is = false;
    thread_.run([&] { is = offer_->is_under_way(); });
    return is;
  }
  std::string path() const { return dir_.path("run/penstock-ingest.sock"); }

  const testing::TempDir dir_;
  std::unique_ptr<io::ListenSocket> socket_;
  std::string refusal_;
  std::atomic<bool> was_taken_{false};
  testing::LoopThread thread_;
  std::unique_ptr<HandoverOffer> offer_;
};

TEST_F(HandoverTest, GivesItsSocketsAndLearnsThatTheSuccessorIsReady) {
  open();
  auto takeover = Takeover::begin(dir_.path());
  ASSERT_TRUE(takeover && *takeover);
  const auto sockets = (*takeover)->take_sockets();
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_EQ(sockets[0].name, "a");
  EXPECT_EQ(sockets[1].name, "b");
  EXPECT_EQ(sockets[0].socket.address().text(), socket_->address().text());
  EXPECT_EQ(sockets[0].socket.keeper(), io::Keeper::kSomeone);
  EXPECT_FALSE(was_taken_);

  EXPECT_TRUE((*takeover)->say_ready());
  EXPECT_TRUE(wait_for([&] { return was_taken_.load(); }));
  EXPECT_TRUE(wait_for([&] { return !std::filesystem::exists(path()); }));
}

TEST_F(HandoverTest, GoesOnWhereTheSuccessorEndsBeforeItIsReady) {
  open();
  for (int i = 0; i < 3; ++i) {
    auto takeover = Takeover::begin(dir_.path());
    ASSERT_TRUE(takeover && *takeover);
    EXPECT_TRUE(is_under_way());
    takeover = std::optional<Takeover>();
    EXPECT_TRUE(wait_for([&] { return !is_under_way(); }));
  }
  EXPECT_FALSE(was_taken_);
}

TEST_F(HandoverTest, RefusesWithAReason) {
  refusal_ = "because";
  open();
  const auto takeover = Takeover::begin(dir_.path());
  ASSERT_FALSE(takeover);
  EXPECT_EQ(takeover.error().code, ErrorCode::kRejected);
}

TEST_F(HandoverTest, FindsNobodyWhereNobodyRuns) {
  const auto none = Takeover::begin(dir_.path());
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(HandoverTest, IsForItsUserAlone) {
  open();
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

// Another user may own the folder's file system, as root does here; the credentials decide.
TEST_F(HandoverTest, GivesNothingToAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  open();
  ASSERT_EQ(::chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path().c_str(), 0666), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::setuid(65'534) != 0) ::_exit(2);
    ::_exit(Takeover::begin(dir_.path()) ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(is_under_way());
}

TEST_F(HandoverTest, TheNewestIsFoundAndTheOldestLeavesItsFileAlone) {
  open();
  auto newer = HandoverOffer::open(dir_.path(), thread_.loop(), {});
  ASSERT_TRUE(newer);
  thread_.run([&] { offer_.reset(); });
  EXPECT_TRUE(std::filesystem::exists(path()));
  thread_.run([&] { newer->reset(); });
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(HandoverTest, SaysThatAPathIsTooLong) {
  const std::string deep = dir_.path(std::string(120, 'd'));
  ASSERT_TRUE(std::filesystem::create_directory(deep));
  EXPECT_EQ(HandoverOffer::open(deep, thread_.loop(), {}).error().native, ENAMETOOLONG);
  EXPECT_EQ(Takeover::begin(deep).error().native, ENAMETOOLONG);
}

}  // namespace
}  // namespace penstock::app
