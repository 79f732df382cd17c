// Unique ownership for a file descriptor.
#pragma once

#include <utility>

#include <unistd.h>

namespace penstock::files {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Descriptor(std::move(other)).swap(*this);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void close() { Descriptor().swap(*this); }

 private:
  void swap(Descriptor& other) { std::swap(fd_, other.fd_); }

  int fd_ = -1;
};

}  // namespace penstock::files
