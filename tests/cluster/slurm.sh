#!/usr/bin/env bash
# A real Slurm on this machine, for tests. Every node is virtual: a slurmd with a host name and a /dev/shm of its
# own, so that MPI and the scan see distinct hosts.   Needs root, slurmctld, slurmd, munged.
#   slurm.sh up DIR NODES CPUS    starts it; talk to it with SLURM_CONF=DIR/slurm.conf
#   slurm.sh node DIR N           starts the slurmd of node N again, after it was killed
#   slurm.sh down DIR             stops what `up` and `node` started, and cancels its jobs
set -euo pipefail
verb=$1
dir=$(readlink -m "$2")
port=${SLURM_TEST_PORT:-27917} # of slurmctld; node N listens on port + N
export SLURM_CONF=$dir/slurm.conf

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start_node() {
  local i
  for ((i = 0; i < 100; i++)); do  # a slurmd that was killed a moment ago still has the port
    listens "$((port + $1))" || break
    sleep 0.1
  done
  mkdir -p "$dir/spool/n$1" "$dir/tmp/n$1"
  # shellcheck disable=SC2016  # $1 is expanded by the inner shell
  setsid unshare --uts --mount --propagation private sh -c \
    'hostname "n$1" && mount -t tmpfs -o size=256m tmpfs /dev/shm && exec slurmd -D -N "n$1"' sh "$1" \
    </dev/null >"$dir/log/slurmd.n$1.out" 2>&1 &
}

up() {
  local nodes=$1 cpus=$2 host i
  if listens "$port"; then
    echo "port $port is in use: another Slurm of these tests runs, or SLURM_TEST_PORT must be set" >&2
    return 1
  fi
  host=$(hostname -s)
  mkdir -p "$dir"/{state,log,run,munge}
  chmod 755 "$dir" "$dir/run"
  chmod 700 "$dir/munge"
  head -c 128 /dev/urandom >"$dir/munge/key"
  chmod 400 "$dir/munge/key"
  munged --force --foreground --key-file="$dir/munge/key" --socket="$dir/run/munge.sock" \
    --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" --seed-file="$dir/munge/seed" --num-threads=2 \
    </dev/null >"$dir/log/munged.out" 2>&1 &
  for ((i = 0; i < 100; i++)); do
    [ -S "$dir/run/munge.sock" ] && break
    sleep 0.05
  done
  {
    cat <<CONF
ClusterName=virtual
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge.sock
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_min_age_reserve=0
ReturnToService=2
KillWait=2
MinJobAge=600
SlurmctldTimeout=30
SlurmdTimeout=10
JobRequeue=1
MailProg=/bin/true
TmpFS=$dir/tmp/%n
CONF
    for ((i = 1; i <= nodes; i++)); do
      echo "NodeName=n$i NodeHostname=n$i NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=$cpus Boards=1 SocketsPerBoard=1" \
        "CoresPerSocket=$cpus ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN"
    done
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
  } >"$SLURM_CONF"
  setsid slurmctld -D -c </dev/null >"$dir/log/slurmctld.out" 2>&1 &
  for ((i = 1; i <= nodes; i++)); do start_node "$i"; done
  SECONDS=0
  while [ "$SECONDS" -lt 40 ]; do
    [ "$(timeout 2 sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" = "$nodes" ] && return 0
    sleep 0.1
  done
  echo "Slurm did not come up; its logs are in $dir/log" >&2
  return 1
}

down() {
  timeout 10 scancel --user=root >/dev/null 2>&1 || true
  local i pid file pids=()
  for ((i = 0; i < 100; i++)); do
    [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break
    sleep 0.1
  done
  for file in "$dir"/run/slurmd.*.pid "$dir/run/slurmctld.pid" "$dir/run/munged.pid"; do
    if [ -s "$file" ]; then
      pid=$(cat "$file")
      if kill -TERM "$pid" 2>/dev/null; then pids+=("$pid"); fi
    fi
  done
  for ((i = 0; i < 100; i++)); do
    kill -0 "${pids[@]}" 2>/dev/null || break
    sleep 0.1
  done
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
}

case $verb in
  up) up "$3" "$4" ;;
  node) start_node "$3" ;;
  down) down ;;
  *)
    echo "slurm.sh up|node|down DIR ..." >&2
    exit 2
    ;;
esac
