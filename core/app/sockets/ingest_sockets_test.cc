#include "app/sockets/ingest_sockets.h"

#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/sockets/names.h"
#include "io/descriptor_message.h"
#include "io/shared_listen.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using io::Keeper;
using Texts = std::vector<std::string>;

class IngestSocketsTest : public ::testing::Test {
 protected:
  IngestSocketsTest() {
    config_.state_dir = dir_.path();
    config_.ingest.listen = {"127.0.0.1:0"};
    config_.ingest.admin_listen = "127.0.0.1:0";
  }
  void TearDown() override { ::unsetenv("NOTIFY_SOCKET"); }

  // Plays the service manager.
  void manage() {
    manager_ = files::Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = *io::parse_socket_address("unix:" + dir_.path("notify"));
    ASSERT_EQ(
        ::bind(manager_.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.bytes),
        0);
    ::setenv("NOTIFY_SOCKET", dir_.path("notify").c_str(), 1);
  }
  Texts told() {
    Texts texts;
    while (auto message = io::receive_message(manager_.get(), 500)) {
      texts.push_back(message->text + (message->fd.is_open() ? " +fd" : ""));
    }
    return texts;
  }

  void pass(const std::string& address, std::string name) {
    auto socket = io::open_shared(*io::parse_socket_address(address));
    ASSERT_TRUE(socket);
    passed_.push_back(
        {files::Descriptor(::fcntl(socket->fd(), F_DUPFD_CLOEXEC, 0)), std::move(name)});
    socket->set_keeper(Keeper::kSomeone);
  }
  IngestSockets gather(std::size_t reactors = 1, bool takes_over = false) {
    auto sockets = IngestSockets::gather(config_, std::move(passed_), takes_over, reactors);
    EXPECT_TRUE(sockets);
    passed_.clear();
    return std::move(*sockets);
  }

  const testing::TempDir dir_;
  Config config_;
  std::vector<io::PassedDescriptor> passed_;
  files::Descriptor manager_;
};

TEST_F(IngestSocketsTest, AreItsOwnWhereNobodyKeepsThem) {
  IngestSockets sockets = gather(2);
  EXPECT_EQ(sockets.take(0).size(), 1u);
  EXPECT_EQ(sockets.take(1).size(), 1u);
  EXPECT_TRUE(sockets.take_admin());
  sockets.settle();
  EXPECT_EQ(sockets.keeper(), Keeper::kNone);
  EXPECT_EQ(sockets.admin_keeper(), Keeper::kNone);
  EXPECT_EQ(sockets.refusal(), "");
  EXPECT_EQ(sockets.offered().size(), 3u);
  sockets.set_handed_over();
  EXPECT_EQ(sockets.keeper(), Keeper::kSomeone);
  EXPECT_EQ(sockets.admin_keeper(), Keeper::kSomeone);
}

TEST_F(IngestSocketsTest, GivesTheManagerWhatItOpenedAndNotWhatCameBack) {
  manage();
  pass("127.0.0.1:0", "ingest.listen=127.0.0.1|0");
  IngestSockets sockets = gather(2);
  sockets.settle();
  EXPECT_EQ(told(), (Texts{"FDSTORE=1\nFDNAME=ingest.listen=127.0.0.1|0 +fd",
                           "FDSTORE=1\nFDNAME=ingest.admin_listen=127.0.0.1|0 +fd"}));
  EXPECT_EQ(sockets.keeper(), Keeper::kPerhaps);
  EXPECT_EQ(sockets.admin_keeper(), Keeper::kPerhaps);
  EXPECT_NE(sockets.refusal(), "");
}

TEST_F(IngestSocketsTest, TheManagerForgetsWhatIsNotWanted) {
  manage();
  config_.ingest.admin_listen = "";
  pass("127.0.0.1:0", "ingest.listen=127.0.0.1|0");
  pass("[::1]:0", "ingest.listen=[||1]|80");
  IngestSockets sockets = gather();
  EXPECT_EQ(sockets.take_leaving().size(), 1u);
  sockets.settle();
  EXPECT_EQ(told(), Texts{"FDSTOREREMOVE=1\nFDNAME=ingest.listen=[||1]|80"});
}

TEST_F(IngestSocketsTest, ASocketUnitServesThemAfterUs) {
  manage();
  pass("127.0.0.1:0", "penstock-ingest.socket");
  IngestSockets sockets = gather(3);
  sockets.settle();
  EXPECT_EQ(told(), Texts{"FDSTORE=1\nFDNAME=ingest.admin_listen=127.0.0.1|0 +fd"});
  EXPECT_EQ(sockets.keeper(), Keeper::kSomeone);
  EXPECT_EQ(sockets.admin_keeper(), Keeper::kPerhaps);
  EXPECT_EQ(sockets.offered().size(), 2u);  // Copies are not offered.
}

TEST_F(IngestSocketsTest, AKeeperServesThemForAsLongAsItHoldsItsEndOfThePipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  files::Descriptor keepers_end(ends[1]);
  passed_.push_back({files::Descriptor(ends[0]), std::string(kKeeperName)});
  pass("127.0.0.1:0", "ingest.listen=127.0.0.1|0");
  const IngestSockets sockets = gather();
  EXPECT_EQ(sockets.keeper(), Keeper::kSomeone);
  EXPECT_EQ(sockets.admin_keeper(), Keeper::kNone);
  EXPECT_NE(sockets.refusal().find("penstock up"), std::string::npos);
  keepers_end.close();
  EXPECT_EQ(sockets.keeper(), Keeper::kNone);
}

TEST_F(IngestSocketsTest, WhatIsNoListeningSocketIsRefused) {
  passed_.push_back({files::Descriptor(::dup(STDERR_FILENO)), "penstock-ingest.socket"});
  EXPECT_FALSE(IngestSockets::gather(config_, std::move(passed_), false, 1));
}

TEST_F(IngestSocketsTest, NobodyToTakeOverFromIsNoFailure) {
  EXPECT_EQ(gather(1, true).take(0).size(), 1u);
}

}  // namespace
}  // namespace penstock::app
