#include "files/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace penstock::files {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(Descriptor, ClosesWhatItOwnsOnce) {
  const int fd = ::dup(STDIN_FILENO);
  {
    Descriptor first(fd);
    Descriptor second(std::move(first));
    EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): that is the question.
    EXPECT_TRUE(is_open(fd));
    second = Descriptor(::dup(STDIN_FILENO));
    EXPECT_FALSE(is_open(fd));
    const int released = second.release();
    EXPECT_TRUE(is_open(released));
    ::close(released);
  }
  Descriptor none;
  none.close();
  EXPECT_EQ(none.get(), -1);
}

}  // namespace
}  // namespace penstock::files
