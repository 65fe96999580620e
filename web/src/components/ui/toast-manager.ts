/** Where messages are handed in; components/ui/toasts shows them. */
import { Toast } from "@base-ui/react/toast";

export const toasts = Toast.createToastManager();
