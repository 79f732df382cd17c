#include "io/owned.h"

#include <gtest/gtest.h>

namespace penstock::io {
namespace {

// AddressSanitizer is the other half of this test: the memory must outlive the close callback.
TEST(Owned, ClosesAtOnceAndFreesATurnLater) {
  uv_loop_t loop;
  ASSERT_EQ(uv_loop_init(&loop), 0);
  Owned<uv_timer_t> timer(new uv_timer_t());
  ASSERT_EQ(uv_timer_init(&loop, timer.get()), 0);
  int owner = 0;
  timer->data = &owner;
  uv_timer_t* raw = timer.get();

  timer.reset();

  EXPECT_EQ(raw->data, nullptr);
  EXPECT_TRUE(uv_is_closing(reinterpret_cast<uv_handle_t*>(raw)));
  EXPECT_EQ(uv_loop_close(&loop), UV_EBUSY);
  uv_run(&loop, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_close(&loop), 0);
}

}  // namespace
}  // namespace penstock::io
