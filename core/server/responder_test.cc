// That a right to answer outlives its request, its connection and its use; what is answered by it
// is connection_test.cc and answer_parts_test.cc.
#include "server/responder.h"

#include <gtest/gtest.h>

#include "server/server_testing.h"

namespace penstock::server {
namespace {

using Sent = Responder::Sent;

// Does nothing, and says so.
void expect_void(const Responder& responder) {
  EXPECT_FALSE(responder.respond(http::Response()));
  EXPECT_FALSE(responder.respond_raw("Content-Length: 0\r\n\r\n", 200, true));
  EXPECT_FALSE(responder.watch([] { ADD_FAILURE() << "nobody is watched"; }));
  EXPECT_FALSE(responder.begin_parts(http::Response()));
  EXPECT_EQ(responder.send_part("x", [] { ADD_FAILURE() << "nothing was sent"; }), Sent::kGone);
  responder.end_parts(true);
  responder.end_parts(false);
  responder.read_on();
}

TEST(Responder, IsNobodysWithoutARequest) { expect_void(Responder()); }

class ResponderTest : public HttpServerTest {
 protected:
  // The last request's, once the handler has it.
  Responder ask(LoopbackClient& client) {
    client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(wait_for_later(++asked_));
    Responder responder;
    thread_.run([&] { responder = handler_.later.back(); });
    return responder;
  }

 private:
  int asked_ = 0;
};

TEST_F(ResponderTest, IsUsedOnceAndIsNotTheNextRequests) {
  start();
  LoopbackClient client(port_);
  const Responder first = ask(client);
  thread_.run([&] {
    EXPECT_TRUE(first.respond(http::Response()));
    expect_void(first);
  });
  EXPECT_EQ(client.receive().status, 200);
  const Responder second = ask(client);
  thread_.run([&] {
    expect_void(first);
    EXPECT_TRUE(second.respond(http::Response()));
  });
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ResponderTest, OutlivesItsConnection) {
  start();
  Responder responder;
  {
    LoopbackClient client(port_);
    responder = ask(client);
    thread_.run([&] { EXPECT_TRUE(responder.watch([] {})); });
  }
  EXPECT_TRUE(wait_for_connections(0));
  thread_.run([&] { expect_void(responder); });
}

}  // namespace
}  // namespace penstock::server
