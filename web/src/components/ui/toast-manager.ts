/** The queue of messages, which components/ui/toasts shows. */
import { Toast } from "@base-ui/react/toast";

export const toasts = Toast.createToastManager();
