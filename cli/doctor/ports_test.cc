#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"
#include "cli/doctor/doctor_testing.h"
#include "files/descriptor.h"

namespace penstock::cli {
namespace {

TEST(DoctorPorts, TellsWhoHasOne) {
  const TempDir dir;
  app::Config config = config_in(dir);
  const files::Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(socket.get(), 1), 0);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  config.console.listen = str_cat("127.0.0.1:", ntohs(address.sin_port));

  int failed = 0;
  for (const Finding& finding : look(check_ports, config)) {
    if (finding.verdict == Verdict::kOk) continue;
    ++failed;
    EXPECT_EQ(finding.where, "console.listen " + config.console.listen);
    EXPECT_NE(finding.what.find(str_cat("process ", ::getpid())), std::string::npos);
  }
  EXPECT_EQ(failed, 1);
}

TEST(DoctorPorts, AreFreeWhereNobodyListens) {
  const TempDir dir;
  app::Config config = config_in(dir);
  config.worker.admin_listen = "";
  const auto found = look(check_ports, config);
  EXPECT_EQ(found.size(), 4u);
  for (const Finding& finding : found) EXPECT_EQ(finding.verdict, Verdict::kOk);
}

}  // namespace
}  // namespace penstock::cli
