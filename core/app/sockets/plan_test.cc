#include "app/sockets/plan.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/sockets/names.h"
#include "io/shared_listen.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using Origin = NamedSocket::Origin;

class SocketPlanTest : public ::testing::Test {
 protected:
  SocketPlanTest() {
    config_.listen = {"127.0.0.1:0"};
    config_.admin_listen = "127.0.0.1:0";
  }

  // As another process would have passed it.
  static NamedSocket received(const std::string& address, std::string name) {
    auto socket = io::open_shared(*io::parse_socket_address(address));
    EXPECT_TRUE(socket) << address;
    socket->set_keeper(io::Keeper::kSomeone);
    return {std::move(*socket), std::move(name)};
  }
  static NamedSocket for_setting(std::string_view setting, const std::string& address) {
    return received(address, socket_name(setting, address));
  }
  // Of a systemd socket unit: nothing can be opened beside it.
  static NamedSocket units() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    EXPECT_EQ(::listen(fd, 16), 0);
    return {*io::ListenSocket::adopt(files::Descriptor(fd), io::Keeper::kSomeone), "x.socket"};
  }

  SocketPlan plan(std::size_t reactors) {
    auto plan = plan_sockets(config_, std::move(received_), reactors);
    EXPECT_TRUE(plan) << to_text(plan.error());
    received_.clear();
    return plan ? std::move(*plan) : SocketPlan();
  }

  IngestConfig config_;
  std::vector<NamedSocket> received_;
};

std::vector<std::size_t> sizes(const SocketPlan& plan) {
  std::vector<std::size_t> result;
  for (const auto& of_one : plan.reactors) result.push_back(of_one.size());
  return result;
}

std::string text(const NamedSocket& named) { return named.socket.address().text(); }

using Sizes = std::vector<std::size_t>;

TEST_F(SocketPlanTest, OpensOneForEachReactorAndAddress) {
  config_.listen = {"127.0.0.1:0", "[::1]:0"};
  const SocketPlan made = plan(3);
  EXPECT_EQ(sizes(made), (Sizes{2, 2, 2}));
  EXPECT_EQ(text(made.reactors[0][0]), text(made.reactors[2][0]));
  EXPECT_EQ(text(made.reactors[0][1]), text(made.reactors[2][1]));
  EXPECT_EQ(made.reactors[1][1].name, "ingest.listen=[||1]|0");
  EXPECT_EQ(made.reactors[1][1].origin, Origin::kOpened);
  ASSERT_TRUE(made.admin);
  EXPECT_EQ(made.admin->name, "ingest.admin_listen=127.0.0.1|0");
  EXPECT_FALSE(made.has_socket_unit);
}

TEST_F(SocketPlanTest, LeavesTheAdminOutWhereItIsOff) {
  config_.admin_listen = "";
  EXPECT_FALSE(plan(1).admin);
}

TEST_F(SocketPlanTest, ServesWhatComesBackByNameWhateverItsPort) {
  received_.push_back(for_setting(kListenSetting, "127.0.0.1:0"));
  received_.push_back(for_setting(kAdminSetting, "127.0.0.1:0"));
  const std::string listens_at = text(received_[0]);
  const std::string admin_at = text(received_[1]);
  const SocketPlan made = plan(1);
  ASSERT_EQ(sizes(made), Sizes{1});
  EXPECT_EQ(text(made.reactors[0][0]), listens_at);
  EXPECT_EQ(made.reactors[0][0].origin, Origin::kReceived);
  EXPECT_EQ(text(*made.admin), admin_at);
  EXPECT_TRUE(made.leaving.empty());
}

TEST_F(SocketPlanTest, ServesWhatComesBackByAddress) {
  received_.push_back(received("127.0.0.1:0", "ingest.listen=127.0.0.1|http"));
  config_.listen = {text(received_[0])};
  const SocketPlan made = plan(1);
  EXPECT_EQ(sizes(made), Sizes{1});
  EXPECT_EQ(text(made.reactors[0][0]), config_.listen[0]);
  EXPECT_TRUE(made.leaving.empty());
}

// Closing one would reset what waits in its queue.
TEST_F(SocketPlanTest, FewerReactorsServeAllThatComeBack) {
  received_.push_back(for_setting(kListenSetting, "127.0.0.1:0"));
  for (int i = 0; i < 4; ++i) {
    received_.push_back({*io::open_beside(received_[0].socket), received_[0].name});
  }
  const SocketPlan made = plan(2);
  EXPECT_EQ(sizes(made), (Sizes{3, 2}));
}

TEST_F(SocketPlanTest, MoreReactorsOpenTheirOwnBesideThem) {
  received_.push_back(for_setting(kListenSetting, "127.0.0.1:0"));
  const SocketPlan made = plan(3);
  EXPECT_EQ(sizes(made), (Sizes{1, 1, 1}));
  EXPECT_EQ(made.reactors[2][0].origin, Origin::kOpened);
  EXPECT_EQ(text(made.reactors[2][0]), text(made.reactors[0][0]));
  EXPECT_EQ(made.reactors[2][0].name, made.reactors[0][0].name);
}

TEST_F(SocketPlanTest, ReactorsShareASocketUnitsSocket) {
  received_.push_back(units());
  const std::string address = text(received_[0]);
  const SocketPlan made = plan(3);
  EXPECT_TRUE(made.has_socket_unit);
  EXPECT_EQ(sizes(made), (Sizes{1, 1, 1}));  // And none at ingest.listen.
  for (const auto& of_one : made.reactors) EXPECT_EQ(text(of_one[0]), address);
  EXPECT_EQ(made.reactors[1][0].origin, Origin::kCopy);
}

TEST_F(SocketPlanTest, ASocketUnitMayHaveSeveralAddressesAndTheAdmins) {
  received_.push_back(units());
  received_.push_back(units());
  received_.push_back(units());
  config_.admin_listen = text(received_[1]);
  const SocketPlan made = plan(1);
  EXPECT_EQ(sizes(made), Sizes{2});
  EXPECT_EQ(text(*made.admin), config_.admin_listen);
}

TEST_F(SocketPlanTest, ASocketUnitForTheAdminAloneReplacesNothingElse) {
  received_.push_back(units());
  config_.admin_listen = text(received_[0]);
  const SocketPlan made = plan(1);
  EXPECT_FALSE(made.has_socket_unit);
  EXPECT_EQ(sizes(made), Sizes{1});
  EXPECT_EQ(made.reactors[0][0].origin, Origin::kOpened);
}

TEST_F(SocketPlanTest, WhatNoSettingWantsLeaves) {
  received_.push_back(for_setting(kListenSetting, "[::1]:0"));
  received_.push_back(for_setting(kAdminSetting, "[::1]:0"));
  const SocketPlan made = plan(2);
  EXPECT_EQ(made.leaving.size(), 2u);
  EXPECT_EQ(sizes(made), (Sizes{1, 1}));
  EXPECT_EQ(text(made.reactors[0][0]).substr(0, 10), "127.0.0.1:");
}

TEST_F(SocketPlanTest, OpensThoseForTlsBesideTheOthers) {
  config_.tls_listen = {"127.0.0.1:0"};
  const SocketPlan made = plan(2);
  EXPECT_EQ(sizes(made), (Sizes{2, 2}));
  EXPECT_FALSE(made.reactors[1][0].is_tls);
  EXPECT_TRUE(made.reactors[1][1].is_tls);
  EXPECT_EQ(made.reactors[1][1].name, "ingest.tls_listen=127.0.0.1|0");
  const auto kept = open_sockets(config_, 1);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->size(), 2u);
}

// The clients of one would not understand the other.
TEST_F(SocketPlanTest, SpeaksWhatTheSettingSaysTodayWhereAnAddressComesBack) {
  received_.push_back(for_setting(kListenSetting, "127.0.0.1:0"));
  received_.push_back(for_setting(kTlsListenSetting, "127.0.0.1:0"));
  const std::string was_plain = text(received_[0]);
  const std::string was_tls = text(received_[1]);
  config_.listen = {was_tls};
  config_.tls_listen = {was_plain};
  const SocketPlan made = plan(1);
  ASSERT_EQ(sizes(made), Sizes{2});
  EXPECT_EQ(text(made.reactors[0][0]), was_tls);
  EXPECT_FALSE(made.reactors[0][0].is_tls);
  EXPECT_EQ(text(made.reactors[0][1]), was_plain);
  EXPECT_TRUE(made.reactors[0][1].is_tls);
  EXPECT_TRUE(made.leaving.empty());
}

TEST_F(SocketPlanTest, KeepsPickedPortsOfBothKindsApart) {
  config_.tls_listen = {"127.0.0.1:0"};
  received_.push_back(for_setting(kTlsListenSetting, "127.0.0.1:0"));
  received_.push_back(for_setting(kListenSetting, "127.0.0.1:0"));
  const std::string tls = text(received_[0]);
  const SocketPlan made = plan(1);
  ASSERT_EQ(sizes(made), Sizes{2});
  EXPECT_EQ(text(made.reactors[0][1]), tls);
  EXPECT_TRUE(made.reactors[0][1].is_tls);
}

TEST_F(SocketPlanTest, WhatLeavesSpeaksWhatItSpoke) {
  received_.push_back(for_setting(kTlsListenSetting, "[::1]:0"));
  received_.push_back(for_setting(kListenSetting, "[::1]:0"));
  const SocketPlan made = plan(1);
  ASSERT_EQ(made.leaving.size(), 2u);
  EXPECT_TRUE(made.leaving[0].is_tls);
  EXPECT_FALSE(made.leaving[1].is_tls);
}

TEST_F(SocketPlanTest, ASocketUnitMayBeForTlsAndReplacesNothingThen) {
  received_.push_back(units());
  config_.tls_listen = {text(received_[0])};
  const SocketPlan made = plan(2);
  EXPECT_FALSE(made.has_socket_unit);
  EXPECT_EQ(sizes(made), (Sizes{2, 2}));
  EXPECT_TRUE(made.reactors[0][1].is_tls);
  EXPECT_TRUE(made.reactors[1][1].is_tls);
}

TEST_F(SocketPlanTest, AUnixSocketIsServedByTheFirstReactorAlone) {
  const testing::TempDir dir;
  config_.listen = {"unix:" + dir.path("s"), "127.0.0.1:0"};
  EXPECT_EQ(sizes(plan(3)), (Sizes{2, 1, 1}));
  received_.push_back(for_setting(kListenSetting, config_.listen[0]));
  const SocketPlan made = plan(2);
  EXPECT_EQ(sizes(made), (Sizes{2, 1}));
  EXPECT_EQ(made.reactors[0][0].origin, Origin::kReceived);
}

TEST_F(SocketPlanTest, SaysThatAnAddressCannotBeListenedAt) {
  config_.listen = {"192.0.2.1:80"};
  const auto made = plan_sockets(config_, {}, 1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kExhausted);
  config_.listen = {"127.0.0.1:0"};
  config_.admin_listen = "192.0.2.1:80";
  EXPECT_FALSE(plan_sockets(config_, {}, 1));
}

TEST_F(SocketPlanTest, OpensWhatAKeeperPassesOn) {
  const auto sockets = open_sockets(config_, 2);
  ASSERT_TRUE(sockets);
  ASSERT_EQ(sockets->size(), 2u);  // Not the admin's.
  EXPECT_EQ((*sockets)[0].name, "ingest.listen=127.0.0.1|0");
  EXPECT_EQ(text((*sockets)[0]), text((*sockets)[1]));
}

}  // namespace
}  // namespace penstock::app
