// Unique ownership for libuv handles.
//
// libuv forbids freeing a handle before its close callback has run. Owned<H> keeps that rule in
// one place: dropping the pointer starts the close, the loop frees the memory a turn later, and no
// callback reaches the old owner in between. A handle whose init failed was never open: it is
// deleted, not closed.
#pragma once

#include <memory>

#include <uv.h>

namespace penstock::io {

template <class H>
struct CloseLater {
  void operator()(H* handle) const noexcept {
    auto* base = reinterpret_cast<uv_handle_t*>(handle);
    base->data = nullptr;
    uv_close(base, [](uv_handle_t* closed) { delete reinterpret_cast<H*>(closed); });
  }
};

template <class H>
using Owned = std::unique_ptr<H, CloseLater<H>>;

}  // namespace penstock::io
