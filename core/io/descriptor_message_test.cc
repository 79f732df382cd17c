#include "io/descriptor_message.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock::io {
namespace {

class DescriptorMessageTest : public ::testing::Test {
 protected:
  DescriptorMessageTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    here_ = files::Descriptor(ends[0]);
    there_ = files::Descriptor(ends[1]);
  }

  files::Descriptor here_;
  files::Descriptor there_;
};

TEST_F(DescriptorMessageTest, CarriesADescriptor) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const files::Descriptor read_end(pipe_ends[0]);
  {
    const files::Descriptor write_end(pipe_ends[1]);
    ASSERT_TRUE(send_message(here_.get(), "the write end", write_end.get()));
  }
  const auto message = receive_message(there_.get(), 100);
  ASSERT_TRUE(message) << to_text(message.error());
  EXPECT_EQ(message->text, "the write end");
  EXPECT_NE(::fcntl(message->fd.get(), F_GETFD) & FD_CLOEXEC, 0);
  ASSERT_EQ(::write(message->fd.get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 1);
}

TEST_F(DescriptorMessageTest, MayCarryNone) {
  ASSERT_TRUE(send_message(here_.get(), "ready"));
  const auto message = receive_message(there_.get(), 5);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text, "ready");
  EXPECT_FALSE(message->fd.is_open());
}

TEST_F(DescriptorMessageTest, RefusesWhatIsTooLong) {
  ASSERT_TRUE(send_message(here_.get(), "four", STDIN_FILENO));
  const auto message = receive_message(there_.get(), 3);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::kRejected);
}

TEST_F(DescriptorMessageTest, RefusesMoreThanOneDescriptorAndClosesThem) {
  const int lowest_free = ::dup(STDIN_FILENO);
  ::close(lowest_free);
  const std::array<int, 4> many{0, 1, 2, 0};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof many)> control{};
  char text = 'x';
  iovec bytes{&text, 1};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof many);
  std::memcpy(CMSG_DATA(header), many.data(), sizeof many);
  ASSERT_EQ(::sendmsg(here_.get(), &message, 0), 1);

  const auto received = receive_message(there_.get(), 100);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, ErrorCode::kRejected);
  const int next_free = ::dup(STDIN_FILENO);
  ::close(next_free);
  EXPECT_EQ(next_free, lowest_free);
}

TEST_F(DescriptorMessageTest, TellsTheEndFromAnEmptyQueue) {
  EXPECT_EQ(receive_message(there_.get(), 100).error().native, EAGAIN);
  here_.close();
  const auto end = receive_message(there_.get(), 100);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kDisconnected);
  EXPECT_EQ(end.error().native, 0);
  EXPECT_FALSE(send_message(there_.get(), "x"));
}

}  // namespace
}  // namespace penstock::io
