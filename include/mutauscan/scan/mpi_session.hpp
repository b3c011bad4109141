#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "mutauscan/io/encoded_block.hpp"
#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/io/slice.hpp"

namespace mutauscan {

/// The program is one of several processes that another MPI's launcher has started: each is alone, of size 1.
struct ForeignLauncher : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The MPI library that is loaded, "Open MPI v4.1.4"; needs no MpiSession.
std::string mpi_library();

/// MPI for the lifetime of a scan. Without mpirun or srun it is one process and MPI is never initialised.
/// While an exception unwinds, MPI_Finalize would wait for the other ranks for ever: the destructor leaves
/// MPI up, and main calls abort_other_ranks.
class MpiSession {
 public:
  MpiSession();  ///< throws ForeignLauncher
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }

  /// Rank 0's text on every rank. The others wait without burning a core.
  std::string broadcast(const std::string& text) const;

  /// Divides the processes into groups, by node or (groups > 0) into so many of equal size: from here on
  /// rank, size, broadcasts and batches are those of the group. Returns the slice of the scan that falls to
  /// it. Collective.
  Slice divide(int groups);

  /// The largest value that any process, of whatever group, calls this with. Collective.
  int largest(int value) const;

  /// "4 processes x 1 threads share 2 CPUs" of the worst node, on rank 0, if on some node processes times
  /// threads exceed the CPUs that their affinity masks allow; else nothing. Collective.
  std::string oversubscription() const;

 private:
  bool active_ = false;
  int exceptions_at_start_;
  int rank_ = 0, size_ = 1;
};

/// Points to compute; of an adaptive scan with their quantiles, point by point.
struct Batch {
  IndexRange indices;
  std::vector<double> u = {};

  std::span<const double> u_of(std::uint64_t index) const {
    const std::size_t dimension = u.size() / (indices.upper() - indices.lower());
    return std::span(u).subspan((index - indices.lower()) * dimension, dimension);
  }
};

/// What a worker sends back for one batch: a block if it is full, else rows; fewer than the batch if the
/// worker was told to stop.
struct BatchResult {
  int worker;
  bool stopped;          ///< the worker has received a stop signal
  const RowBlock& rows;  ///< the pool's, until the next poll; empty if there is a block
  std::optional<EncodedBlock> block;
};

/// Rank 0's view of the other ranks.
class WorkerPool {
 public:
  /// `layout`: of the rows that workers send.
  WorkerPool(const MpiSession& session, const RowLayout& layout);
  ~WorkerPool();

  int size() const { return workers_; }
  int outstanding(int worker) const { return outstanding_[std::size_t(worker)]; }
  int outstanding_total() const;

  void send(int worker, Batch batch);

  /// A result that has arrived, if there is one. Never waits: the sender of a long message takes part in its
  /// transfer, and does so only between points. StorageError for a block that is damaged.
  std::optional<BatchResult> poll();

  void ask_to_stop();  ///< answer every batch with what is ready
  void dismiss();      ///< no more batches; workers return

 private:
  struct Receptions;

  int workers_;
  std::vector<int> outstanding_;
  RowBlock received_;
  std::unique_ptr<Receptions> receptions_;
};

/// The other ranks' view of rank 0.
class BatchServer {
 public:
  explicit BatchServer(int compression);  ///< of blocks
  ~BatchServer();

  std::optional<Batch> next();  ///< waits for a batch; nothing when dismissed
  bool should_stop();           ///< to be asked between points

  /// Sends the rows, encoded if they are block_rows, and leaves an empty RowBlock with memory to use again.
  void reply(RowBlock& rows);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The loop of the other ranks: receive a batch, call `evaluate(rows, index, u)` for its points, send the
/// rows back, full batches as blocks of this compression, until dismissed. A stop, from rank 0 or by signal,
/// is obeyed after the point in flight.
template <class Evaluate>
void serve_batches(const RowLayout& layout, int compression, Evaluate evaluate) {
  BatchServer server(compression);
  RowBlock rows(layout);
  while (const auto batch = server.next()) {
    for (std::uint64_t index = batch->indices.lower();
         index < batch->indices.upper() && !server.should_stop(); ++index)
      evaluate(rows, index, batch->u_of(index));
    server.reply(rows);
  }
}

/// MPI_Abort if MPI is up: for failures after which the other ranks would wait for ever.
void abort_other_ranks(int exit_code);

}  // namespace mutauscan
