// How a value of MessagePack begins, read by libmpack as its records are (msgpack_records.h): for
// cutting a run of them between two.
#pragma once

#include <string_view>

#include "adapter/contract/large_body.h"

namespace penstock::adapter {

FrameHead read_msgpack_head(std::string_view text);

}  // namespace penstock::adapter
