import type { Task } from "@/pages/tasks/queries";

/**
 * A manager's open tasks as his day has them: whom to call back (the longest waiting first; the
 * group's too), and what is due until the end of the day. Pure.
 */
export function splitTasks(
  tasks: readonly Task[],
  person: string,
  endOfDay: Date,
): { missed: Task[]; due: Task[] } {
  const missed = tasks.filter((task) => task.kind === "callback");
  const due = tasks.filter(
    (task) =>
      task.kind !== "callback" &&
      task.agent === person &&
      (task.due_at === null || Date.parse(task.due_at) < endOfDay.getTime()),
  );
  const made = (task: Task) => Date.parse(task.created_at);
  const until = (task: Task) => (task.due_at === null ? Infinity : Date.parse(task.due_at));
  return {
    missed: missed.sort((one, other) => made(one) - made(other)),
    due: due.sort((one, other) => until(one) - until(other)),
  };
}
