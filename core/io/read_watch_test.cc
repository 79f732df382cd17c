#include "io/read_watch.h"

#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "files/descriptor.h"

namespace penstock::io {
namespace {

TEST(ReadWatch, CallsWhenThereIsSomethingToReadAndAtTheEnd) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const files::Descriptor read_end(ends[0]);
  files::Descriptor write_end(ends[1]);
  Loop loop;
  ssize_t last = -2;
  const ReadWatch watch(loop, read_end.get(), [&] {
    char bytes[8];
    last = ::read(read_end.get(), bytes, sizeof bytes);
    loop.stop();
  });
  ASSERT_EQ(::write(write_end.get(), "four", 4), 4);
  loop.run();
  EXPECT_EQ(last, 4);
  write_end.close();
  loop.run();
  EXPECT_EQ(last, 0);
}

TEST(ReadWatch, MayBeDroppedFromItsOwnCall) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const files::Descriptor read_end(ends[0]);
  files::Descriptor(ends[1]).close();  // Readable at once, and for ever.
  Loop loop;
  int calls = 0;
  std::unique_ptr<ReadWatch> watch;
  watch = std::make_unique<ReadWatch>(loop, read_end.get(), [&] {
    watch.reset();
    ++calls;
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace penstock::io
