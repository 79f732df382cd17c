#include "app/sockets/names.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(SocketNames, TellTheSettingAndHaveNoColon) {
  EXPECT_EQ(socket_name(kListenSetting, "127.0.0.1:8080"), "ingest.listen=127.0.0.1|8080");
  EXPECT_EQ(socket_name(kAdminSetting, "[::1]:0"), "ingest.admin_listen=[||1]|0");
  EXPECT_EQ(socket_name(kListenSetting, "unix:/run/p"), "ingest.listen=unix|/run/p");
}

TEST(SocketNames, AreToldFromThoseOfSocketUnits) {
  EXPECT_TRUE(is_own_name(socket_name(kListenSetting, "127.0.0.1:8080")));
  EXPECT_TRUE(is_own_name(socket_name(kAdminSetting, "127.0.0.1:8080")));
  EXPECT_TRUE(is_own_name(socket_name(kTlsListenSetting, "127.0.0.1:8443")));
  EXPECT_TRUE(is_tls_name(socket_name(kTlsListenSetting, "127.0.0.1:8443")));
  EXPECT_FALSE(is_tls_name(socket_name(kListenSetting, "127.0.0.1:8443")));
  EXPECT_FALSE(is_own_name("penstock-ingest.socket"));
  EXPECT_FALSE(is_own_name("unknown"));
  EXPECT_FALSE(is_own_name(kKeeperName));
}

}  // namespace
}  // namespace penstock::app
